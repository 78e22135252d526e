import type { z } from "zod";
import { EXIT, PipelineError } from "./error.ts";
import { suggest } from "./name.ts";

/** A value in a tree of parameters and where it stands there. */
type Path = readonly PropertyKey[];

interface Problem {
  readonly path: Path;
  readonly message: string;
  readonly hint?: string;
}

/** A parse that came to nothing, with the first thing to mend. */
export interface ParamProblem extends Problem {
  /** The value that stands at `path`. */
  readonly got: unknown;
}

/** Parses parameters strictly: a key that no schema asks for is a problem too, however deep. */
export function parseParams<P extends z.ZodType>(
  schema: P,
  raw: unknown,
): { readonly value: z.output<P> } | { readonly problems: readonly ParamProblem[] } {
  const located = (problem: Problem): ParamProblem => ({ ...problem, got: at(raw, problem.path) });
  const unknown = unknownKeys(schema, raw, []);
  if (unknown.length > 0) return { problems: unknown.map(located) };
  const parsed = schema.safeParse(raw);
  if (parsed.success) return { value: parsed.data };
  return { problems: parsed.error.issues.map(({ path, message }) => located({ path, message })) };
}

/** The error that says which parameter of which node is wrong, and how. */
export function paramError(node: string, problem: ParamProblem): PipelineError {
  const where = [node, ...problem.path.map(String)].join(".");
  const message = problem.message.replace("Invalid input: ", "");
  const expected = /expected ([^,]+)/.exec(message)?.[1];
  return new PipelineError(`${where}: ${message}`, {
    where,
    ...(expected !== undefined && { expected }),
    got: shown(problem.got),
    exitCode: EXIT.usage,
    ...(problem.hint !== undefined && { hint: problem.hint }),
  });
}

/** The keys that a schema's objects have, by path from its root, to list what may be set. */
export function knownParams(schema: z.ZodType): readonly string[] {
  const inner = unwrapped(schema);
  if (inner.type !== "object") return [];
  return Object.entries(inner.shape).flatMap(([key, child]) => {
    const below = knownParams(child);
    return below.length === 0 ? [key] : below.map((path) => `${key}.${path}`);
  });
}

/** The parts of zod's schema definitions that are walked here (zod 4's `_zod.def`). */
type Definition =
  | { type: "object"; shape: Record<string, z.ZodType>; catchall?: z.ZodType }
  | { type: "array"; element: z.ZodType }
  | { type: "record"; valueType: z.ZodType }
  | { type: "tuple"; items: readonly z.ZodType[]; rest: z.ZodType | null }
  | { type: "union"; options: readonly z.ZodType[] }
  | { type: "pipe"; in: z.ZodType }
  | { type: "lazy"; getter: () => z.ZodType }
  | { type: "wrapper"; innerType: z.ZodType }
  | { type: "leaf" };

function unwrapped(schema: z.ZodType): Exclude<Definition, { type: "wrapper" | "pipe" | "lazy" }> {
  const definition = schema._zod.def as unknown as Definition & { innerType?: z.ZodType };
  if (definition.innerType !== undefined) return unwrapped(definition.innerType);
  if (definition.type === "pipe") return unwrapped(definition.in);
  if (definition.type === "lazy") return unwrapped(definition.getter());
  return definition as ReturnType<typeof unwrapped>;
}

function unknownKeys(schema: z.ZodType, raw: unknown, path: Path): Problem[] {
  if (typeof raw !== "object" || raw === null) return [];
  const definition = unwrapped(schema);
  switch (definition.type) {
    case "object":
      return Object.entries(raw).flatMap(([key, value]) => {
        const child = Object.hasOwn(definition.shape, key)
          ? definition.shape[key]
          : definition.catchall?._zod.def.type === "never"
            ? undefined
            : definition.catchall;
        if (child !== undefined) return unknownKeys(child, value, [...path, key]);
        const hint = suggest(key, Object.keys(definition.shape));
        return [{ path: [...path, key], message: "no such parameter", hint }];
      });
    case "array":
      return children(raw, path, () => definition.element);
    case "record":
      return children(raw, path, () => definition.valueType);
    case "tuple":
      return children(raw, path, (key) => definition.items[Number(key)] ?? definition.rest);
    case "union":
      return unknownToAll(definition.options, raw, path);
    default:
      return [];
  }
}

function children(raw: object, path: Path, schemaOf: (key: string) => z.ZodType | null): Problem[] {
  return Object.entries(raw).flatMap(([key, value]) => {
    const schema = schemaOf(key);
    return schema === null ? [] : unknownKeys(schema, value, [...path, key]);
  });
}

/** Of a union's options, those that accept the value decide; the one with the fewest unknown keys speaks. */
function unknownToAll(options: readonly z.ZodType[], raw: unknown, path: Path): Problem[] {
  const accepting = options.filter((option) => option.safeParse(raw).success);
  const problems = accepting.map((option) => unknownKeys(option, raw, path));
  return problems.sort((a, b) => a.length - b.length)[0] ?? [];
}

function at(raw: unknown, path: Path): unknown {
  let value = raw;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
