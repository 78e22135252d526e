/** A tokenizer's file that cannot be used as it is: expected of files that come from elsewhere, hence no stack is shown. */
export class TokenizerError extends Error {
  override readonly name = "TokenizerError";
  /** The file, and the line or field in it. */
  readonly where: string;
  readonly expected: string | undefined;
  readonly got: string | undefined;
  readonly hint: string | undefined;

  constructor(
    message: string,
    details: { where: string; expected?: string; got?: string; hint?: string },
  ) {
    super(message);
    this.where = details.where;
    this.expected = details.expected;
    this.got = details.got;
    this.hint = details.hint;
  }
}
