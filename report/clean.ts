import { sanitize } from "../lib/sanitize.ts";

/**
 * The same plain value with every string in it made safe to show: without control characters, direction overrides and
 * lone surrogates. Maps and lists are gone through; numbers and the like are left as they are.
 */
export function clean<T>(value: T): T {
  if (typeof value === "string") return sanitize(value) as T;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(clean) as T;
  if (value instanceof Map)
    return new Map(Array.from(value, ([key, each]) => [clean(key), clean(each)])) as T;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [sanitize(key), clean(each)]),
  ) as T;
}
