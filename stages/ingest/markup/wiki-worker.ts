import { parentPort } from "node:worker_threads";
import { type ConvertOptions, convertPages } from "./wiki-convert.ts";

// Nothing but the thread's door: what it calls is imported by wiki.ts too, so that the stage's code hash has it.
parentPort!.on("message", (task: { texts: readonly string[]; options: ConvertOptions }) => {
  parentPort!.postMessage(convertPages(task.texts, task.options));
});
