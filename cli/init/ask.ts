import { createInterface, type Interface } from "node:readline";
import { EXIT, PipelineError } from "../../engine/index.ts";
import type { Io } from "../io.ts";

/** Asks questions on a terminal, one after the other; answers may be typed before they are asked for. */
export class Questions implements Disposable {
  readonly #lines: Interface;
  readonly #answers: AsyncIterator<string>;
  readonly #io: Io;

  constructor(io: Io) {
    this.#io = io;
    this.#lines = createInterface({ input: io.stdin, output: io.stderr });
    this.#answers = this.#lines[Symbol.asyncIterator]();
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
      const answer = await this.#ask("[1] ");
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
    const answer = await this.#ask(`${question} [${offered}] `);
    return answer === "" ? offered : answer;
  }

  async #ask(prompt: string): Promise<string> {
    this.#lines.setPrompt(prompt);
    this.#lines.prompt();
    const { value, done } = await this.#answers.next();
    if (done !== true) return value.trim();
    this.#io.stderr.write("\n");
    throw new PipelineError("left before the last question; nothing was made", {
      exitCode: EXIT.interrupted,
    });
  }

  [Symbol.dispose](): void {
    this.#lines.close();
  }
}
