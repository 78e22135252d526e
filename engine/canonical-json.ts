import { PipelineError } from "./error.ts";

/**
 * JSON with sorted keys, so that equal values give equal text. Properties that are undefined are left out; what
 * JSON cannot say (a function, a date, NaN) throws a PipelineError that names its path.
 */
export function canonicalJson(value: unknown, path = "value"): string {
  if (value === null || typeof value === "boolean" || typeof value === "string")
    return JSON.stringify(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value))
    return `[${value.map((item, index) => canonicalJson(item, `${path}.${index}`)).join(",")}]`;
  if (typeof value === "object" && isPlain(value)) {
    const fields = Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field, `${path}.${key}`)}`);
    return `{${fields.join(",")}}`;
  }
  throw new PipelineError(`${path} cannot be fingerprinted`, {
    where: path,
    expected: "plain data: text, finite numbers, booleans, null, arrays and objects",
    got: typeof value === "object" ? (value?.constructor?.name ?? "an object") : String(value),
  });
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
