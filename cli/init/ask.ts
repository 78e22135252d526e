import { createInterface } from "node:readline/promises";
import type { Io } from "../io.ts";

/** Asks questions on a terminal, one after the other. */
export class Questions implements Disposable {
  readonly #lines: ReturnType<typeof createInterface>;
  readonly #io: Io;

  constructor(io: Io) {
    this.#io = io;
    this.#lines = createInterface({ input: io.stdin, output: io.stderr });
  }

  /** One of several, by its number or name; nothing takes the first. */
  async pick<T extends string>(
    question: string,
    values: readonly T[],
    meaning: (value: T) => string,
  ): Promise<T> {
    const shown = values.map((value, index) => `  ${index + 1} ${value}: ${meaning(value)}`);
    this.#io.stderr.write(`${[question, ...shown].join("\n")}\n`);
    for (;;) {
      const answer = (await this.#lines.question("[1] ")).trim();
      const found =
        answer === ""
          ? values[0]
          : (values[Number(answer) - 1] ?? values.find((each) => each === answer));
      if (found !== undefined) return found;
      this.#io.stderr.write(`a number from 1 to ${values.length}, please\n`);
    }
  }

  /** Words; nothing takes what is offered. */
  async words(question: string, offered: string): Promise<string> {
    const answer = (await this.#lines.question(`${question} [${offered}] `)).trim();
    return answer === "" ? offered : answer;
  }

  [Symbol.dispose](): void {
    this.#lines.close();
  }
}
