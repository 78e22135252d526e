import type { Transform } from "node:stream";

/**
 * What a transform makes of bytes. It is destroyed and the bytes' source closed before this generator ends, however
 * that comes about; errors of either side are thrown here.
 */
export async function* through(
  bytes: AsyncIterable<Uint8Array>,
  transform: Transform,
): AsyncGenerator<Uint8Array> {
  transform.on("error", ignore);
  const feeding = feed(bytes, transform);
  try {
    yield* transform as AsyncIterable<Uint8Array>;
  } finally {
    transform.destroy();
    await feeding;
  }
}

async function feed(bytes: AsyncIterable<Uint8Array>, transform: Transform): Promise<void> {
  try {
    for await (const piece of bytes) {
      if (transform.destroyed) return;
      if (!transform.write(piece)) await drained(transform);
      if (transform.destroyed) return;
    }
    transform.end();
  } catch (error) {
    transform.destroy(error as Error);
  }
}

/** A transform that has seen its end takes nothing more and never drains; it is destroyed then. */
function drained(transform: Transform): Promise<void> {
  return new Promise((resolve) => {
    if (transform.closed) return resolve();
    const done = () => {
      transform.off("drain", done);
      transform.off("close", done);
      resolve();
    };
    transform.on("drain", done);
    transform.on("close", done);
  });
}

/** The error reaches the reader of the stream; the event, unheard, would end the process. */
function ignore(): void {}
