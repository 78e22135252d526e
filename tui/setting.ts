import { sanitize } from "../lib/sanitize.ts";

/** A parameter by its path, such as `optimiser.name`, and its value as JSON; both safe to show. */
export interface Setting {
  readonly path: string;
  readonly value: string;
}

const MAX_SETTINGS = 200;
const MAX_DEPTH = 6;
const MAX_VALUE = 400;

/** Nested parameters as a flat list, bounded whatever they are. */
export function flatten(params: unknown): readonly Setting[] {
  const settings: Setting[] = [];
  const walk = (value: unknown, path: string, depth: number): void => {
    if (settings.length >= MAX_SETTINGS) return;
    const nested = typeof value === "object" && value !== null && !Array.isArray(value);
    const inner = nested ? Object.entries(value) : [];
    if (inner.length > 0 && depth < MAX_DEPTH) {
      for (const [name, each] of inner)
        walk(each, path === "" ? name : `${path}.${name}`, depth + 1);
      return;
    }
    if (path === "" && inner.length === 0) return;
    const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
    settings.push({ path: sanitize(path), value: sanitize(text.slice(0, MAX_VALUE)) });
  };
  walk(params, "", 0);
  return settings;
}
