/** The same bytes in pieces of `pieceBytes`, the last one excepted; a piece that has this size is passed on as it is. */
export async function* repiece(
  bytes: AsyncIterable<Uint8Array>,
  pieceBytes: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  for await (let piece of bytes) {
    signal?.throwIfAborted();
    while (heldBytes + piece.length >= pieceBytes) {
      const wanted = pieceBytes - heldBytes;
      held.push(piece.subarray(0, wanted));
      yield joined(held, pieceBytes);
      held = [];
      heldBytes = 0;
      piece = piece.subarray(wanted);
    }
    if (piece.length === 0) continue;
    held.push(piece);
    heldBytes += piece.length;
  }
  if (heldBytes > 0) yield joined(held, heldBytes);
}

function joined(pieces: readonly Uint8Array[], bytes: number): Uint8Array {
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, bytes);
}
