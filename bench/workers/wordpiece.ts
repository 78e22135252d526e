import { readFileSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { defaultNormaliser } from "../../lib/wordpiece/normaliser.ts";
import { PieceList, WordPieceTokenizer } from "../../lib/wordpiece/tokenizer.ts";
import { WordCounter } from "../../lib/wordpiece/word-counter.ts";

/** What `WordPieceThreads` asks of a thread. */
export type Request =
  /** Text i is the UTF-8 from starts[i] to starts[i + 1]. */
  | { readonly kind: "load"; readonly bytes: Uint8Array; readonly starts: Int32Array }
  /** From now on with this vocabulary, and nothing cached. */
  | { readonly kind: "vocab"; readonly pieces: readonly string[] }
  | { readonly kind: "encode" }
  /** The ids of the last `encode`. */
  | { readonly kind: "ids" }
  | { readonly kind: "count"; readonly files: readonly string[] };

let loaded = { bytes: new Uint8Array(0), starts: new Int32Array(1) };
let tokenizer: WordPieceTokenizer;
const out = new PieceList();

const answers: { readonly [K in Request["kind"]]: (request: Request & { kind: K }) => unknown } = {
  load(request) {
    loaded = request as typeof loaded;
  },
  vocab({ pieces }) {
    tokenizer = new WordPieceTokenizer(pieces);
  },
  encode() {
    const { bytes, starts } = loaded;
    out.length = 0;
    for (let text = 0; text + 1 < starts.length; text++)
      tokenizer.encodeInto(bytes, starts[text]!, starts[text + 1]!, out);
  },
  ids: () => out.taken(),
  count({ files }) {
    const counter = new WordCounter(defaultNormaliser);
    for (const file of files) {
      const bytes = readFileSync(file);
      counter.addText(bytes, 0, bytes.length);
    }
    return counter.finish().sorted();
  },
};

parentPort?.on("message", (request: Request) => {
  parentPort?.postMessage(answers[request.kind](request as never));
});
