import { parentPort } from "node:worker_threads";
import { serveParquet } from "./thread.ts";

// Nothing but the thread's door: what it calls is imported by the reader too, so that the stage's code hash has it.
serveParquet(parentPort!);
