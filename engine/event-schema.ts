import { z } from "zod";

const count = z.number().int().nonnegative();
const seconds = z.number().nonnegative();
const byOutput = <T extends z.ZodType>(value: T) => z.record(z.string(), value).readonly();

const reasonSchema = z
  .object({
    field: z.enum([
      "never-run",
      "forced",
      "stage",
      "code",
      "params",
      "seed",
      "input",
      "file",
      "environment",
      "corrupt",
      "missing",
    ]),
    name: z.string(),
    was: z.string().optional(),
    is: z.string().optional(),
  })
  .readonly();

const plainErrorSchema = z
  .object({
    message: z.string(),
    where: z.string().optional(),
    expected: z.string().optional(),
    got: z.string().optional(),
    hint: z.string().optional(),
    exitCode: z.number().int(),
    corrupt: z
      .object({ node: z.string(), fingerprint: z.string(), file: z.string() })
      .readonly()
      .optional(),
    stack: z.string().optional(),
  })
  .readonly();

/** The version of events that this package writes, and the newest that it reads. */
export const EVENT_VERSION = 1;

const event = <T extends string, S extends z.ZodRawShape>(type: T, body: S) =>
  z.object({
    v: z.literal(EVENT_VERSION),
    time: z.number(),
    run: z.string(),
    type: z.literal(type),
    ...body,
  });

/**
 * One line of `--ui json` or of a run's log, version 1. Fields that are not known here are left out of what it parses;
 * a metric that is not finite, which JSON writes as null, as well.
 */
export const runEventSchema = z.discriminatedUnion("type", [
  event("run-started", {
    pipeline: z.string(),
    seed: z.number().int(),
    jobs: z.number().int(),
    pid: z.number().int(),
    host: z.string().optional(),
    store: z.string(),
    machine: z
      .object({
        node: z.string(),
        platform: z.string(),
        arch: z.string(),
        cpu: z.string(),
        cores: z.number().int(),
        memory: z.number(),
      })
      .readonly()
      .optional(),
    nodes: z
      .array(
        z
          .object({
            id: z.string(),
            stage: z.string(),
            inputs: z.array(z.string()).readonly(),
            params: z.unknown(),
          })
          .readonly(),
      )
      .readonly(),
  }),
  event("node-planned", {
    node: z.string(),
    state: z.enum(["fresh", "stale"]),
    fingerprint: z.string(),
    why: z.array(reasonSchema).readonly(),
  }),
  event("node-started", { node: z.string(), partitions: count, reused: count }),
  event("partition-finished", {
    node: z.string(),
    partition: z.string(),
    seconds,
    rows: byOutput(count),
    bytes: count,
  }),
  event("node-progress", {
    node: z.string(),
    done: z.number(),
    total: z.number().nullable(),
    unit: z.string(),
  }),
  event("node-metric", {
    node: z.string(),
    step: z.number(),
    values: z.record(z.string(), z.number().nullable()).transform(finite),
  }),
  event("node-row", {
    node: z.string(),
    table: z.string(),
    row: byOutput(z.union([z.string(), z.number(), z.boolean(), z.null()])),
  }),
  event("node-log", { node: z.string(), level: z.enum(["info", "warn"]), message: z.string() }),
  event("node-finished", {
    node: z.string(),
    how: z.enum(["fresh", "ran"]),
    fingerprint: z.string(),
    seconds,
    folder: z.string(),
    outputs: byOutput(z.object({ rows: count, bytes: count, parts: count }).readonly()),
  }),
  event("node-failed", { node: z.string(), error: plainErrorSchema }),
  event("run-finished", {
    state: z.enum(["done", "failed", "interrupted"]),
    seconds,
    outputs: byOutput(z.string()),
  }),
]);

/** The types of events that this version knows. */
export const EVENT_TYPES: ReadonlySet<string> = new Set(
  runEventSchema.options.map((option) => option.shape.type.value),
);

function finite(values: Readonly<Record<string, number | null>>): Record<string, number> {
  const known = Object.entries(values).filter(
    (entry): entry is [string, number] => entry[1] !== null,
  );
  return Object.fromEntries(known);
}
