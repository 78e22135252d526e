import { appendFile, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { definePipeline, defineStage, folder, rowTable } from "../../engine/index.ts";
import { Rig } from "../rig/rig.ts";

/** A stage that counts to `to`, a row a number, keeps how far it is, and may stop on the way. */
function counter(stopAt: () => number | undefined = () => undefined) {
  const began: number[] = [];
  const stage = defineStage({
    name: "count",
    module: new URL("../rig/empty-stage.ts", import.meta.url).href,
    inputs: {},
    outputs: { numbers: rowTable({ number: "int32" }), kept: folder() },
    params: z.object({ to: z.int(), step: z.int().default(1) }),
    resumable: { continues: (earlier, { to, step }) => earlier.step === step && earlier.to <= to },
    async *run(_, context) {
      const { to, step } = context.params;
      const { folder, earlier } = context.resumption!;
      const own = join(folder, "numbers");
      const from = earlier && join(earlier["kept"]!, "numbers");
      const text = await readFile(own, "utf8").catch(() => (from ? readFile(from, "utf8") : ""));
      let done = text.split("\n").filter((line) => line !== "").length;
      began.push(done);
      await writeFile(own, text);
      for (let number = 0; number < done; number++) yield { numbers: { number } };
      for (; done < to; done += step) {
        if (done === stopAt()) throw new Error("stopped");
        await appendFile(own, `${done}\n`);
        yield { numbers: { number: done } };
      }
      await writeFile(join(context.folder("kept"), "numbers"), await readFile(own));
    },
  });
  const wired = (to: number, step = 1) =>
    definePipeline({ name: "p", seed: 1, outputs: { all: stage({}, { to, step }).numbers } });
  return { wired, began };
}

const partial = (rig: Rig) => readdir(join(rig.store, ".partial")).catch(() => []);

test("what failed goes on where it stopped, and leaves nothing behind once it is made", async () => {
  const rig = await Rig.create();
  let stop: number | undefined = 3;
  const { wired, began } = counter(() => stop);
  expect((await rig.run(wired(5))).state).toBe("failed");
  expect(await partial(rig)).toContain("count");
  stop = undefined;
  const made = await rig.run(wired(5));
  expect(made.state).toBe("done");
  expect(began).toEqual([0, 3]);
  expect(made.artifacts.get("count")!.manifest.partitions[0]!.outputs["numbers"]![0]!.rows).toBe(5);
  expect(await partial(rig)).not.toContain("count");
});

test("the same work by force begins anew", async () => {
  const rig = await Rig.create();
  let stop: number | undefined = 3;
  const { wired, began } = counter(() => stop);
  await rig.run(wired(5));
  stop = undefined;
  await rig.run(wired(5), { force: "all" });
  await rig.run(wired(5), { force: "all" });
  expect(began).toEqual([0, 0, 0]);
});

test("more of the same goes on from an artifact, other work does not", async () => {
  const rig = await Rig.create();
  const { wired, began } = counter();
  await rig.run(wired(4));
  await rig.run(wired(6));
  await rig.run(wired(2));
  await rig.run(wired(8, 2));
  expect(began).toEqual([0, 4, 0, 0]);
});

test("a damaged artifact is not gone on from, and that is said", async () => {
  const rig = await Rig.create();
  const { wired, began } = counter();
  const { artifacts } = await rig.run(wired(4));
  await writeFile(join(artifacts.get("count")!.folder, "kept", "numbers"), "0\n");
  const { events } = await rig.run(wired(6));
  expect(began).toEqual([0, 0]);
  expect(events).toContainEqual(
    expect.objectContaining({ type: "node-log", message: expect.stringContaining("damaged") }),
  );
});

test("unfinished work of other parameters is kept, but not of many", async () => {
  const rig = await Rig.create();
  let stop: number | undefined = 3;
  const { wired, began } = counter(() => stop);
  for (const to of [9, 8, 7, 6]) await rig.run(wired(to));
  const own = await readdir(join(rig.store, ".partial", "count", "resumption"));
  expect(own).toHaveLength(3);
  stop = undefined;
  await rig.run(wired(7));
  await rig.run(wired(8));
  expect(began.slice(4)[0]).toBe(3);
});
