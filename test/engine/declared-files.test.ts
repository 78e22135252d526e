import { createHash } from "node:crypto";
import { rm, utimes } from "node:fs/promises";
import { expect, test } from "vitest";
import type { FingerprintFields } from "../../engine/artifact.ts";
import { definePipeline, FileStore, plan, type SourceFile } from "../../engine/index.ts";
import { type HashedSource, partitionsOf } from "../../engine/partition.ts";
import type { NodeDefinition } from "../../engine/stage.ts";
import { probe } from "../rig/probe.ts";
import { digests, Rig } from "../rig/rig.ts";

const TEXT = "one\ntwo";
const DIGEST = createHash("sha256").update(TEXT).digest("hex");

function reading(sources: readonly SourceFile[], during: () => void = () => {}) {
  const source = probe("source", {}, { sources: () => sources, during });
  const { words } = source.place({});
  const pipeline = definePipeline({ name: "declared", seed: 1, outputs: { words } });
  return { pipeline, source };
}

test("a file of declared content is planned before it is there, and being there changes nothing", async () => {
  const rig = await Rig.create();
  const path = `${rig.folder}/download`;
  const { pipeline } = reading([{ path, name: "a.txt", digest: DIGEST, bytes: TEXT.length }]);
  const store = await FileStore.open(rig.store, { write: false });
  const [before] = await plan(pipeline, store);
  await rig.file("download", TEXT);
  const [after] = await plan(pipeline, store);
  if (before?.state !== "stale" || after?.state !== "stale") throw new Error("nothing was run");
  expect(before.work.fields.files).toEqual({ "a.txt": DIGEST });
  expect(after.work).toEqual(before.work);
});

test("its stage may write it while it runs, and once read it need not stay", async () => {
  const rig = await Rig.create();
  const path = await rig.file("download", TEXT);
  const { pipeline, source } = reading([{ path, name: "a.txt", digest: DIGEST }], () => {
    void utimes(path, 1, 1);
  });
  const cold = await rig.run(pipeline);
  expect(cold.state).toBe("done");
  expect(source.runs).toEqual([["one", "two"]]);
  await rm(path);
  const warm = await rig.run(pipeline);
  expect(warm).toMatchObject({ state: "done", ran: [] });
  expect(digests(warm.artifacts)).toEqual(digests(cold.artifacts));
});

test("another declared digest runs its partition again and no other", async () => {
  const rig = await Rig.create();
  const local = { path: await rig.file("local", "three"), name: "local.txt" };
  const path = await rig.file("download", TEXT);
  const first = reading([local, { path, name: "a.txt", digest: DIGEST }]);
  await rig.run(first.pipeline);
  expect(first.source.runs).toHaveLength(2);
  const second = reading([local, { path, name: "a.txt", digest: "0".repeat(64) }]);
  const { events } = await rig.run(second.pipeline);
  expect(second.source.runs).toEqual([["one", "two"]]);
  expect(events).toContainEqual(
    expect.objectContaining({
      type: "node-planned",
      why: [{ field: "file", name: "a.txt", was: DIGEST.slice(0, 12), is: "000000000000" }],
    }),
  );
});

test("what is declared reaches the stage, and what the engine found does not", async () => {
  const rig = await Rig.create();
  const seen: (readonly SourceFile[])[] = [];
  const local = { path: await rig.file("local", "three"), name: "b.txt" };
  const declared = {
    path: await rig.file("download", TEXT),
    name: "a.txt",
    digest: DIGEST,
    bytes: 7,
  };
  const { pipeline } = reading([local, declared]);
  const spec = pipeline.node("source").stage;
  const run = spec.run.bind(spec);
  Object.assign(spec, {
    run(inputs: never, context: Parameters<typeof run>[1]) {
      seen.push(context.files);
      return run(inputs, context);
    },
  });
  await rig.run(pipeline);
  expect(seen).toHaveLength(2);
  expect(seen).toEqual(expect.arrayContaining([[declared], [local]]));
});

test.each(["", "abc", DIGEST.toUpperCase(), `${DIGEST}0`])(
  "a digest that is none is refused: %s",
  async (digest) => {
    const rig = await Rig.create();
    const { pipeline } = reading([{ path: "nowhere", name: "a.txt", digest }]);
    const { failures } = await rig.run(pipeline);
    expect(failures).toEqual([
      {
        node: "source",
        error: expect.objectContaining({ message: "the sha256 of a.txt is not one", got: digest }),
      },
    ]);
  },
);

const FIELDS: FingerprintFields = {
  stage: "source",
  code: "c",
  params: {},
  seed: null,
  inputs: {},
  files: {},
  environment: {},
};
const NODE = { id: "source", stage: { files: async () => [] } } as unknown as NodeDefinition;

function declared(name: string, bytes?: number): HashedSource {
  return {
    path: name,
    name,
    digest: DIGEST,
    stamp: undefined,
    ...(bytes !== undefined && { bytes }),
  };
}

function found(name: string, bytes: number): HashedSource {
  const stamp = { path: name, bytes, mtimeMs: 0, ctimeMs: 0 };
  return { path: name, name, digest: DIGEST, bytes, stamp };
}

test("a declared file is a partition by itself, between groups that it does not change", () => {
  const local = ["a", "c", "e"].map((name) => found(name, 10));
  const alone = partitionsOf(NODE, FIELDS, {}, local);
  const mixed = partitionsOf(NODE, FIELDS, {}, [declared("b", 10), ...local, declared("d")]);
  const names = mixed.map(({ files }) => files.map(({ name }) => name).join(""));
  expect(names).toEqual(["ace", "b", "d"]);
  expect(mixed[0]!.fingerprint).toBe(alone[0]!.fingerprint);
});

test("a declared file is cut by its size, and finely where that is not known", () => {
  const [small, large, unknown] = [declared("a", 1000), declared("b", 2 ** 30), declared("c")].map(
    (file) => partitionsOf(NODE, FIELDS, {}, [file])[0]!.partBytes,
  );
  expect(small).toBe(32 * 2 ** 20);
  expect(large).toBe(2 * 2 ** 20);
  expect(unknown).toBe(2 * 2 ** 20);
});
