import type { Task } from "../task.ts";

type Labels = Pick<Task, "labels" | "synonyms" | "labelNumbers">;

/** Reads labels by their names: numbers count only through the names that the file or the task gives them. */
export class LabelReader {
  readonly #labels: Labels["labels"];
  readonly #classes = new Map<string, number>();
  readonly #numbered: readonly string[] | undefined;

  /** `labelNames` are what the file says of its own numbers: they go before what the task says. */
  constructor({ labels, synonyms, labelNumbers }: Labels, labelNames?: readonly string[]) {
    this.#labels = labels;
    this.#numbered = labelNames ?? labelNumbers;
    if (labels === "score") return;
    for (const [index, label] of labels.entries()) this.#classes.set(label, index);
    for (const [other, label] of Object.entries(synonyms)) {
      this.#classes.set(other, labels.indexOf(label));
    }
  }

  /** The class index or score; undefined where the value is neither. */
  read(value: unknown): number | undefined {
    if (this.#labels === "score") return scoreOf(value);
    return typeof value === "string" ? this.#classOf(value) : this.#classOfNumber(value);
  }

  #classOf(name: string): number | undefined {
    const index = this.#classes.get(name);
    if (index !== undefined || this.#numbered === undefined) return index;
    // What was numbered as a number stays one in CSV.
    return /^\d+$/.test(name) ? this.#classOfNumber(Number(name)) : undefined;
  }

  #classOfNumber(value: unknown): number | undefined {
    if (typeof value === "boolean") return this.#classes.get(String(value));
    const number = Number(value);
    if ((typeof value !== "number" && typeof value !== "bigint") || !Number.isSafeInteger(number))
      return undefined;
    const name = this.#numbered === undefined ? String(number) : this.#numbered[number];
    return name === undefined ? undefined : this.#classes.get(name);
  }

  /** What a message says was expected. */
  get expected(): string {
    return this.#labels === "score" ? "a number" : [...this.#classes.keys()].join(", ");
  }
}

function scoreOf(value: unknown): number | undefined {
  const blank = typeof value === "string" && value.trim() === "";
  if (blank || !["string", "number", "bigint"].includes(typeof value)) return undefined;
  const score = Number(value);
  return Number.isFinite(score) ? score : undefined;
}
