import { parentPort } from "node:worker_threads";
import { serveDrawing } from "./drawing.ts";

// Nothing but the thread's door: what it calls is imported by its parent too, so that the stage's code hash has it.
serveDrawing(parentPort!);
