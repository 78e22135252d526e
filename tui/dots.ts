import type { Span, Tone } from "./line.ts";

/** A braille character holds 2 × 4 dots; these are the bits of [row][column] above U+2800 (Unicode, Braille Patterns). */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

interface Dot {
  readonly column: number;
  readonly row: number;
}

/** A grid of dots, two a column and four a row of text; a cell has the tone of its last dot. */
export class Dots {
  readonly width: number;
  readonly height: number;
  readonly #columns: number;
  readonly #cells: Uint8Array;
  readonly #tones: (Tone | undefined)[];

  constructor(columns: number, rows: number) {
    this.width = columns * 2;
    this.height = rows * 4;
    this.#columns = columns;
    this.#cells = new Uint8Array(columns * rows);
    this.#tones = new Array(columns * rows);
  }

  set(column: number, row: number, tone: Tone): void {
    const cell = (row >> 2) * this.#columns + (column >> 1);
    this.#cells[cell]! |= DOTS[(row & 3) as 0 | 1 | 2 | 3][(column & 1) as 0 | 1];
    this.#tones[cell] = tone;
  }

  /** Sets the dots of a straight line, both ends included. */
  line(from: Dot, to: Dot, tone: Tone): void {
    const steps = Math.max(Math.abs(to.column - from.column), Math.abs(to.row - from.row));
    for (let step = 0; step <= steps; step++) {
      const part = steps === 0 ? 0 : step / steps;
      const column = Math.round(from.column + (to.column - from.column) * part);
      this.set(column, Math.round(from.row + (to.row - from.row) * part), tone);
    }
  }

  cell(row: number, column: number): Span {
    const at = row * this.#columns + column;
    const text = String.fromCharCode(0x2800 + this.#cells[at]!);
    const tone = this.#tones[at];
    return tone === undefined ? { text } : { text, tone };
  }
}
