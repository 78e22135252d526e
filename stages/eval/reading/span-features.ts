import type { Encoder } from "../../../lib/tokenizer/encoder.ts";
import type { RoleIds } from "../../../lib/tokenizer/roles.ts";
import type { Features } from "../features.ts";
import type { Question } from "./squad.ts";

/** One window of a question's passage, as it is fed: `[CLS] question [SEP] window [SEP]`. */
export interface SpanWindow extends Features {
  /** The question's index. */
  readonly of: number;
  /** Where each of the window's pieces lies in the passage, in UTF-16 code units. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** 1 where no other window shows a piece with more around it: only there may an answer begin. */
  readonly central: Uint8Array;
  /** Positions of the first answer's first and last piece, 0 and 0 where the window does not have it all. */
  readonly span: readonly [from: number, to: number];
}

export interface WindowOptions {
  readonly maxSeqLength: number;
  readonly docStride: number;
  readonly maxQueryLength: number;
}

/** Cuts passages into windows that overlap, as BERT's run_squad does. */
export async function spanWindows(
  questions: readonly Question[],
  encoder: Encoder,
  roles: RoleIds,
  { maxSeqLength, docStride, maxQueryLength }: WindowOptions,
): Promise<readonly SpanWindow[]> {
  const asked = await encoder.encodeWithOffsets(questions.map(({ question }) => question));
  const contexts = [...new Set(questions.map(({ context }) => context))];
  const encoded = await encoder.encodeWithOffsets(contexts);
  const places = new Map(contexts.map((context, index) => [context, encoded[index]!]));
  return questions.flatMap((question, of) => {
    const passage = places.get(question.context)!;
    const query = asked[of]!.ids.subarray(0, Math.min(maxQueryLength, maxSeqLength - 4));
    const room = maxSeqLength - query.length - 3;
    const [answer] = question.answers;
    const from = answer && passage.ends.findIndex((end) => end > answer.start);
    const to =
      answer && passage.starts.findLastIndex((at) => at < answer.start + answer.text.length);
    const windows = windowsOf(passage.ids.length, room, Math.min(docStride, room));
    return windows.map(([begin, end]): SpanWindow => {
      const secondFrom = query.length + 2;
      const ids = new Int32Array(secondFrom + end - begin + 1).fill(roles.sep);
      ids[0] = roles.cls;
      ids.set(query, 1);
      ids.set(passage.ids.subarray(begin, end), secondFrom);
      const inside =
        from !== undefined && to !== undefined && from >= begin && from <= to && to < end;
      return {
        ids,
        secondFrom,
        truncated: windows.length > 1,
        label: Number.NaN,
        of,
        starts: passage.starts.subarray(begin, end),
        ends: passage.ends.subarray(begin, end),
        central: centralIn(windows, begin, end),
        span: inside ? [secondFrom + from - begin, secondFrom + to - begin] : [0, 0],
      };
    });
  });
}

function windowsOf(length: number, room: number, stride: number): [begin: number, end: number][] {
  const windows: [number, number][] = [];
  for (let begin = 0; ; begin += stride) {
    const end = Math.min(length, begin + room);
    windows.push([begin, end]);
    if (end === length) return windows;
  }
}

/** Of the windows that show a piece, the one counts that has the most on its poorer side (the first of equals). */
function centralIn(
  windows: readonly (readonly [number, number])[],
  begin: number,
  end: number,
): Uint8Array {
  return Uint8Array.from({ length: end - begin }, (_, index) => {
    const piece = begin + index;
    let [best, most] = [-1, Number.NEGATIVE_INFINITY];
    for (const [from, to] of windows) {
      if (piece < from || piece >= to) continue;
      const around = Math.min(piece - from, to - 1 - piece) + 0.01 * (to - from);
      if (around > most) [best, most] = [from, around];
    }
    return Number(best === begin);
  });
}
