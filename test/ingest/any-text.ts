import fc from "fast-check";

const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));

/** Any UTF-16 code units, lone surrogates among them; much sooner ready than fast-check's "binary" strings. */
export function anyText(maxLength = 10): fc.Arbitrary<string> {
  return fc.string({ unit, maxLength });
}
