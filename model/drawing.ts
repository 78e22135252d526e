import { once } from "node:events";
import type { MessagePort } from "node:worker_threads";
import { totalSize } from "../backend/border.ts";
import { startThread } from "../lib/start-thread.ts";
import { type Initialisation, initialParameters } from "./initial-parameters.ts";
import type { Parameters } from "./parameters.ts";

/** Fewer numbers are drawn in less time than a thread takes to start. */
const WORTH_A_THREAD = 2 ** 20;

type Drawn = Readonly<Record<string, Float32Array>>;
type Order = readonly [Parameters, Initialisation, seed: number];

/**
 * Draws what `initialParameters` draws; many of them in a thread of its own, while this one compiles what they are for.
 * An Error where that thread fails.
 */
export async function drawParameters(
  parameters: Parameters,
  { initializerRange, positionInitializer }: Initialisation,
  seed: number,
): Promise<Drawn> {
  const order: Order = [parameters, { initializerRange, positionInitializer }, seed];
  if (totalSize(parameters) < WORTH_A_THREAD) return initialParameters(...order);
  const thread = startThread(new URL("./drawing-thread", import.meta.url), import.meta.url);
  try {
    thread.postMessage(order);
    const [drawn] = await once(thread, "message");
    return drawn;
  } finally {
    await thread.terminate();
  }
}

/** The thread's side: draws what is asked for and hands it over. */
export function serveDrawing(port: MessagePort): void {
  port.once("message", (order: Order) => {
    const drawn = initialParameters(...order);
    const memory = Object.values(drawn).map(({ buffer }) => buffer as ArrayBuffer);
    port.postMessage(drawn, memory);
  });
}
