import type { Backend, Executable, State } from "../../backend/backend.ts";
import { selectBackend } from "../../backend/select.ts";
import type { TokenizerDefinition } from "../../lib/tokenizer/definition.ts";
import { readCheckpoint } from "../../model/checkpoint.ts";
import type { AlbertConfig } from "../../model/config.ts";
import { guessProgram } from "../../model/guess.ts";
import { pretrainingParameters } from "../../model/parameters.ts";
import type { AskedExample } from "./decoded.ts";

/** What a model takes a masked position for: its first choice, and what it gives that and the piece that stood there. */
export interface PieceGuess {
  readonly id: number;
  readonly probability: number;
  readonly ofTarget: number;
}

/** A model's answers to an example. */
export interface Guess {
  readonly pieces: readonly PieceGuess[];
  /** The probability that the second segment follows the first. */
  readonly inOrder: number;
}

/** Programs are compiled for lengths and counts rounded up to these, so that neighbouring rows share one. */
const LENGTHS = 32;
const COUNTS = 8;

/** A pretrained model that answers examples one at a time, on one thread: a run may want the others. */
export class Guesser {
  readonly tokenizer: TokenizerDefinition;
  readonly #config: AlbertConfig;
  readonly #backend: Backend;
  readonly #state: State;
  readonly #compiled = new Map<string, Executable>();

  private constructor(
    { config, tokenizer }: { config: AlbertConfig; tokenizer: TokenizerDefinition },
    backend: Backend,
    state: State,
  ) {
    this.tokenizer = tokenizer;
    this.#config = config;
    this.#backend = backend;
    this.#state = state;
  }

  /** Reads a checkpoint's folder. Rejects where it cannot be used. */
  static async open(folder: string): Promise<Guesser> {
    const checkpoint = await readCheckpoint(folder);
    const options = { threads: 1 };
    const backend = await selectBackend("onnxruntime", options).catch(() =>
      selectBackend("cpu", options),
    );
    const specs = pretrainingParameters(checkpoint.config);
    const state = await backend.createState(specs, checkpoint.parameters);
    return new Guesser(checkpoint, backend, state);
  }

  async guess({ ids, types, positions, targets }: AskedExample): Promise<Guess> {
    const length = Math.min(roundUp(ids.length, LENGTHS), this.#config.maxPositionEmbeddings);
    const count = roundUp(Math.max(1, positions.length), COUNTS);
    const filled = (values: readonly number[], size: number) => {
      const array = new Int32Array(size);
      array.set(values);
      return array;
    };
    const executable = await this.#executable(length, count);
    const { pieces, orders } = await executable.run({
      input_ids: filled(ids, length),
      attention_mask: new Int32Array(length).fill(1, 0, ids.length),
      token_type_ids: filled(types, length),
      masked_lm_positions: filled(positions, count),
    });
    const { vocabSize } = this.#config;
    return {
      pieces: targets.map((target, index) => {
        const row = softmax(pieces!.subarray(index * vocabSize, (index + 1) * vocabSize));
        const id = row.indexOf(row.reduce((most, value) => Math.max(most, value), 0));
        return { id, probability: row[id]!, ofTarget: row[target]! };
      }),
      inOrder: softmax(orders!)[0]!,
    };
  }

  async #executable(sequenceLength: number, maskedPositions: number): Promise<Executable> {
    const name = `${sequenceLength} ${maskedPositions}`;
    const known = this.#compiled.get(name);
    if (known !== undefined) return known;
    const program = guessProgram(this.#config, { batchSize: 1, sequenceLength, maskedPositions });
    const compiled = await this.#backend.compile(program, this.#state);
    this.#compiled.set(name, compiled);
    return compiled;
  }
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}

function softmax(logits: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(logits);
  const most = values.reduce((max, value) => Math.max(max, value), Number.NEGATIVE_INFINITY);
  const shares = values.map((value) => Math.exp(value - most));
  const sum = shares.reduce((total, share) => total + share, 0);
  return shares.map((share) => share / sum);
}
