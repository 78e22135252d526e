/** Which document stands for each document: itself, or the one that is kept in its place. */
export class Kept {
  /** By rank, a rank. */
  readonly by: Uint32Array;
  /** By rank, how like the two are; 1 where they are equal. */
  readonly similarity: Float32Array;
  /** By rank, 1 where the words differ. */
  readonly near: Uint8Array;

  constructor(size: number) {
    this.by = Uint32Array.from({ length: size }, (_, rank) => rank);
    this.similarity = new Float32Array(size).fill(1);
    this.near = new Uint8Array(size);
  }

  isKept(rank: number): boolean {
    return this.by[rank] === rank;
  }

  drop(rank: number, by: number): void {
    this.by[rank] = by;
  }

  dropNear(rank: number, by: number, similarity: number): void {
    this.by[rank] = by;
    this.similarity[rank] = similarity;
    this.near[rank] = 1;
  }

  /** How many documents are not kept. */
  dropped(): number {
    let count = 0;
    for (let rank = 0; rank < this.by.length; rank++) if (!this.isKept(rank)) count++;
    return count;
  }

  /** Equal documents follow the one that stood for them where that is left out as well. */
  settle(): void {
    for (let rank = 0; rank < this.by.length; rank++) {
      const first = this.by[rank]!;
      if (this.isKept(first)) continue;
      this.dropNear(rank, this.by[first]!, this.similarity[first]!);
    }
  }
}
