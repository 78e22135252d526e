import { Growable } from "../growable.ts";

/** A list of 32-bit integers that grows. */
export class IntList extends Growable<Int32Array<ArrayBuffer>> {
  constructor(capacity = 1024) {
    super(new Int32Array(capacity));
  }
}
