import { BitReader } from "./bit-reader.ts";
import type { ByteReader } from "./byte-reader.ts";
import { BlockDecoder } from "./bzip2-block.ts";
import { damaged } from "./failure.ts";

/**
 * More than a block takes: 900,000 symbols of 20 bits, 18,002 selectors of 6 and six tables. A block is decoded once
 * so much is at hand, so that the decoder need not stop in its midst.
 */
const BLOCK_BYTES = 5 << 19;

/** The first digits of pi begin a block, those of its square root end a stream. */
const BLOCK = [0x314159, 0x265359];
const END = [0x177245, 0x385090];

const KIND = "a bzip2 file";

/**
 * Undoes bzip2, all streams of it (as in Wikipedia's multistream dumps), and verifies its checksums. It is our own
 * because the packages there are run at 12 to 22 MB/s, or hold a whole file and stop after one stream; this runs at 30,
 * as bzip2 itself does.
 */
export async function* bunzip2(reader: ByteReader, where: string): AsyncGenerator<Uint8Array> {
  let decoder: { readonly digit: number; readonly blocks: BlockDecoder } | undefined;
  for (let streams = 0; ; streams++) {
    const head = await reader.fill(4);
    if (head.length === 0 && streams > 0) return;
    const digit = head[3]! - 0x30;
    if (head[0] !== 0x42 || head[1] !== 0x5a || head[2] !== 0x68 || !(digit >= 1 && digit <= 9)) {
      const got =
        head.length < 4 && isPrefix(head)
          ? "it ends too early"
          : "no bzip2 stream begins where one should";
      throw damaged({ where, kind: KIND, got, offset: reader.offset });
    }
    reader.skip(4);
    if (decoder?.digit !== digit) decoder = { digit, blocks: new BlockDecoder(digit * 100_000) };

    let streamCrc = 0;
    for (let skippedBits = 0; ; ) {
      const offset = reader.offset;
      const bits = new BitReader(await reader.fill(BLOCK_BYTES), skippedBits);
      const fail = (got: string) =>
        damaged({ where, kind: KIND, got: bits.ended ? "it ends too early" : got, offset });
      const magic = [bits.read(24), bits.read(24)];
      const crc = bits.word();
      if (magic[0] === END[0] && magic[1] === END[1]) {
        if (bits.ended || crc !== streamCrc) throw fail("its checksum is another");
        reader.skip(Math.ceil(bits.position / 8));
        break;
      }
      if (magic[0] !== BLOCK[0] || magic[1] !== BLOCK[1])
        throw fail("no block begins where one should");
      const wrong = decoder.blocks.read(bits);
      if (wrong !== undefined) throw fail(wrong);
      const blockCrc = yield* decoder.blocks.bytes();
      if (blockCrc !== crc) throw fail("a block's checksum is another");
      streamCrc = ((streamCrc << 1) | (streamCrc >>> 31)) ^ crc;
      reader.skip(bits.position >>> 3);
      skippedBits = bits.position & 7;
    }
  }
}

function isPrefix(head: Uint8Array): boolean {
  return [0x42, 0x5a, 0x68].slice(0, head.length).every((byte, index) => head[index] === byte);
}
