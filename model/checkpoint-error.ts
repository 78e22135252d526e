/** A checkpoint that cannot be read as it is: expected of files that come from elsewhere, hence no stack is shown. */
export class CheckpointError extends Error {
  override readonly name = "CheckpointError";
  /** The file, and the tensor or field in it. */
  readonly where: string;
  readonly expected: string;
  readonly got: string;

  constructor(message: string, details: { where: string; expected: string; got: string }) {
    super(message);
    this.where = details.where;
    this.expected = details.expected;
    this.got = details.got;
  }
}
