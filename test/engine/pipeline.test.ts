import { expect, test } from "vitest";
import { z } from "zod";
import {
  definePipeline,
  defineStage,
  EXIT,
  type PipelineError,
  table,
} from "../../engine/index.ts";

const texts = table({ text: "utf8" });
const others = table({ text: "utf8", length: "int32" });
const empty = async function* () {};

const source = defineStage({
  name: "source",
  module: import.meta.url,
  inputs: {},
  outputs: { texts, others },
  params: z.object({
    size: z.number().int().default(3),
    name: z.string().default("a"),
    model: z.object({ layers: z.number() }).default({ layers: 2 }),
    kind: z
      .discriminatedUnion("is", [
        z.object({ is: z.literal("file"), path: z.string() }),
        z.object({ is: z.literal("none") }),
      ])
      .default({ is: "none" }),
  }),
  run: empty,
});

const reader = defineStage({
  name: "reader",
  module: import.meta.url,
  inputs: { texts },
  outputs: { texts },
  params: z.object({}),
  run: empty,
});

function errorOf(work: () => unknown): PipelineError {
  try {
    work();
  } catch (error) {
    return error as PipelineError;
  }
  throw new Error("nothing was thrown");
}

/** A config that was not type-checked. */
const untyped = { source, reader } as unknown as Record<
  string,
  (inputs: unknown, params?: unknown, options?: unknown) => Record<string, never>
>;

test("parameters are parsed when a stage is placed, with defaults filled in", () => {
  const { texts } = source({}, { size: 4 });
  expect(texts.node.params).toMatchObject({ size: 4, name: "a", model: { layers: 2 } });
  expect(texts.node.rawParams).toEqual({ size: 4 });
});

test.each([
  [{ size: 1.5 }, { where: "source.size", expected: "int", got: "1.5" }],
  [{ sise: 1 }, { where: "source.sise", hint: expect.stringContaining("did you mean size?") }],
  [{ model: { layers: 1, hidden: 2 } }, { where: "source.model.hidden", got: "2" }],
  [{ kind: { is: "none", path: "a" } }, { where: "source.kind.path" }],
])("wrong parameters %j say where and what", (params, details) => {
  expect(errorOf(() => untyped["source"]!({}, params))).toMatchObject({
    details,
    exitCode: EXIT.usage,
  });
});

test("wiring is checked at run time too", () => {
  const made = untyped["source"]!({});
  expect(errorOf(() => untyped["reader"]!({})).details.where).toBe("reader.texts");
  expect(errorOf(() => untyped["reader"]!({ texts: made["others"] })).details).toMatchObject({
    expected: "a table of text utf8",
    got: "a table of text utf8, length int32",
  });
  const { node } = reader(source({})).texts;
  expect(Object.keys(node.inputs)).toEqual(["texts"]);
});

test("a pipeline holds what its outputs need, each node after those that it reads", () => {
  const a = source({});
  source({}, {}, { as: "unused" });
  const b = reader(a);
  const pipeline = definePipeline({ name: "p", seed: 1, outputs: { out: [b.texts, a.others] } });
  expect(pipeline.nodes.map(({ id }) => id)).toEqual(["source", "reader"]);
});

test("two nodes of one name are refused, with the way out", () => {
  const outputs = { a: source({}).texts, b: source({}, { size: 4 }).texts };
  const error = errorOf(() => definePipeline({ name: "p", seed: 1, outputs }));
  expect(error.details).toMatchObject({ where: "source", hint: expect.stringContaining("as:") });
});

test.each(["Source", "a b", "../a", "", "latest-"])("%j cannot name a node", (as) => {
  expect(errorOf(() => source({}, {}, { as })).details.expected).toContain("kebab-case");
});

const placed = definePipeline({ name: "p", seed: 1, outputs: reader(source({}, { size: 4 })) });

test.each([
  [["size"], "9", { size: 9 }],
  [["name"], "9", { name: "9", size: 4 }],
  [["model", "layers"], "5", { model: { layers: 5 } }],
  [["kind"], '{"is":"file","path":"x"}', { kind: { is: "file", path: "x" } }],
])(
  "setting %j to %s reads it as the parameter wants it, and rewires what reads the node",
  (path, value, params) => {
    const changed = placed.withParams([{ node: "source", path, value }]);
    expect(changed.node("source").params).toMatchObject(params);
    expect(changed.node("reader").inputs["texts"]?.node).toBe(changed.node("source"));
    expect(placed.node("source").params).toMatchObject({ size: 4 });
  },
);

test("settings of unknown nodes and parameters list those that there are", () => {
  const set = (node: string, path: string[], value: string) =>
    errorOf(() => placed.withParams([{ node, path, value }]));
  expect(set("sorce", ["size"], "1")).toMatchObject({
    exitCode: EXIT.usage,
    details: { hint: "did you mean source? (known: source, reader)" },
  });
  expect(set("source", ["sizes"], "1").details.hint).toContain("did you mean size?");
  expect(set("source", ["size"], "much").details).toMatchObject({
    where: "source.size",
    got: '"much"',
    hint: expect.stringContaining("model.layers"),
  });
});

test("what a stage inherits from how its input is made is filled in, and follows it", () => {
  const heir = defineStage({
    name: "heir",
    module: import.meta.url,
    inputs: { texts },
    outputs: { texts },
    params: z.object({
      model: z.object({ layers: z.number().default(1), width: z.number().default(8) }).prefault({}),
    }),
    inherits: ({ texts: made }) => ({ model: (made as { model?: object }).model ?? {} }),
    run: empty,
  });
  const made = source({}, { model: { layers: 5 } });
  expect(heir(made).texts.node.params).toEqual({ model: { layers: 5, width: 8 } });
  const given = heir(made, { model: { layers: 6 } }, { as: "given" });
  expect(given.texts.node.params).toEqual({ model: { layers: 6, width: 8 } });
  const partly = heir(made, { model: { width: 4 } }, { as: "partly" });
  expect(partly.texts.node.params).toEqual({ model: { layers: 5, width: 4 } });
  const outputs = { texts: [given.texts, partly.texts] };
  const changed = definePipeline({ name: "heirs", seed: 1, outputs }).withParams([
    { node: "source", path: ["model", "layers"], value: 7 },
  ]);
  expect(changed.node("partly").params).toEqual({ model: { layers: 7, width: 4 } });
  expect(changed.node("given").params).toEqual({ model: { layers: 6, width: 8 } });
});
