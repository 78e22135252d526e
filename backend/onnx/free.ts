import { MessageChannel } from "node:worker_threads";
import type { TensorData } from "../backend.ts";

const { port1: closed } = new MessageChannel();
closed.close();

/**
 * Gives an array's memory back at once, by sending it to nobody: left to the garbage collector, what a step throws away
 * adds up to a third of its memory.
 */
export function free({ buffer }: TensorData): void {
  closed.postMessage(null, [buffer as ArrayBuffer]);
}
