import { PipelineError } from "../../engine/index.ts";
import { sanitize } from "../../lib/sanitize.ts";

/** A row of the table `rejected`. */
export interface Rejected {
  readonly source: string;
  readonly line: number;
  readonly reason: string;
  readonly excerpt: string;
}

/** How much of a record is looked at for its excerpt, and how much of it is kept, in UTF-16 code units. */
const LOOKED_AT = 400;
const KEPT = 120;

/** A record's beginning, fit to be shown. */
export function excerptOf(record: string): string {
  const shown = sanitize(record.slice(0, LOOKED_AT)).trim();
  return shown.length <= KEPT ? shown : `${shown.slice(0, KEPT - 1).replace(/\p{Cs}$/u, "")}…`;
}

/** How often something was left out for a reason, and the first place. */
interface Tally {
  count: number;
  readonly first: string;
}

/** What is left out of one file, or of one member of an archive. */
export class Rejections {
  readonly #source: string;
  readonly #where: string;
  readonly #most: number;
  readonly #reasons = new Map<string, Tally>();
  /** Counts by reason of what has no rows of its own. */
  readonly #passedOver = new Map<string, number>();
  #rows: Rejected[] = [];
  #broken = 0;
  #whole = 0;
  #first: PipelineError | undefined;

  /** `where` is for messages; `maxRejected` is below 1 a share of the records, else a number of them. */
  constructor(source: string, where: string, maxRejected: number) {
    this.#source = source;
    this.#where = where;
    this.#most = maxRejected;
  }

  /** Counts a record that is not broken. */
  count(): void {
    this.#whole++;
  }

  /**
   * Puts a broken record aside. Throws a PipelineError, with the hint, once there are more than are allowed in number.
   */
  reject(line: number, reason: string, record: string, hint?: string): void {
    this.#broken++;
    this.#first ??= this.#error(line, reason, record, hint);
    const counted = this.#most === 0 || this.#most >= 1;
    if (counted && this.#broken > this.#most) throw this.#first;
    this.drop(line, reason, record);
  }

  /** Notes a whole record that is not used, which no limit counts. */
  drop(line: number, reason: string, record: string): void {
    this.#tally(reason, line);
    this.#rows.push({ source: this.#source, line, reason, excerpt: excerptOf(record) });
  }

  /** Counts a whole record that is not used, without a row of its own. */
  passOver(reason: string): void {
    this.#tally(reason, 0);
    this.#passedOver.set(reason, (this.#passedOver.get(reason) ?? 0) + 1);
  }

  /** Once all was read. Throws a PipelineError where the broken records are too large a share. */
  end(): void {
    const allowed = this.#most * (this.#broken + this.#whole);
    if (this.#most < 1 && this.#broken > allowed) throw this.#first!;
    for (const [reason, count] of this.#passedOver)
      this.#rows.push({ source: this.#source, line: 0, reason, excerpt: `${count} documents` });
  }

  /** Everything that was left out, by reason. */
  get reasons(): ReadonlyMap<string, Tally> {
    return this.#reasons;
  }

  /** The rows since this was last asked for. */
  take(): readonly Rejected[] {
    return this.#rows.splice(0);
  }

  #tally(reason: string, line: number): void {
    const tally = this.#reasons.get(reason);
    if (tally !== undefined) tally.count++;
    else {
      const first = line === 0 ? this.#source : `${this.#source}:${line}`;
      this.#reasons.set(reason, { count: 1, first });
    }
  }

  #error(line: number, reason: string, record: string, hint: string | undefined): PipelineError {
    const expected =
      this.#most === 0
        ? "whole records only"
        : this.#most < 1
          ? `at most a share of ${this.#most} of the records broken`
          : `at most ${this.#most} broken records`;
    const aside = "set maxRejected to put so many broken records of a file aside";
    return new PipelineError(`a record cannot be used: ${reason}`, {
      where: `${this.#where}:${line}`,
      expected,
      got: excerptOf(record),
      hint: hint === undefined ? aside : `${hint}; or ${aside}`,
    });
  }
}
