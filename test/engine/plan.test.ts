import fc from "fast-check";
import { expect, test } from "vitest";
import { definePipeline, FileStore, plan, type Ref, why } from "../../engine/index.ts";
import { probe, words } from "../rig/probe.ts";
import { Rig } from "../rig/rig.ts";

/** A graph of probes: each reads the source's words, or those of up to two nodes before it. */
interface Graph {
  readonly reads: readonly (readonly number[])[];
}

const graphs: fc.Arbitrary<Graph> = fc
  .integer({ min: 2, max: 6 })
  .chain((size) =>
    fc.tuple(
      ...Array.from({ length: size }, (_, node) =>
        node === 0
          ? fc.constant([])
          : fc.uniqueArray(fc.nat(node - 1), { minLength: 1, maxLength: 2 }),
      ),
    ),
  )
  .map((reads) => ({ reads }));

/** A change: `cut` shortens words (which may change nothing), a suffix always changes what is written. */
const changes = fc.record({
  node: fc.nat(2),
  length: fc.constantFrom(98, 2),
  suffix: fc.constantFrom("", "", "x"),
});

function probes(graph: Graph, source: string) {
  return graph.reads.map((reads, node) => {
    const inputs = Object.fromEntries(reads.map((_, index) => [`input${index}`, words]));
    const sources = () => [{ path: source, name: "source" }];
    return probe(`node-${node}`, inputs, reads.length === 0 ? { sources } : {});
  });
}

type Params = { readonly length?: number; readonly suffix?: string };

function wire(
  graph: Graph,
  nodes: ReturnType<typeof probes>,
  params: Readonly<Record<number, Params>>,
) {
  const made: Ref<typeof words>[] = [];
  for (const [node, reads] of graph.reads.entries()) {
    const inputs = Object.fromEntries(reads.map((read, index) => [`input${index}`, made[read]!]));
    made.push(nodes[node]!.place(inputs, params[node]).words);
  }
  return definePipeline({ name: "random", seed: 1, outputs: { all: made } });
}

/** What each node writes, by the words alone: what planning has to agree with. */
function contents(graph: Graph, text: readonly string[], params: Readonly<Record<number, Params>>) {
  const all: string[][] = [];
  for (const [node, reads] of graph.reads.entries()) {
    const read = reads.length === 0 ? text : reads.flatMap((input) => all[input]!);
    const { length = 99, suffix = "" } = params[node] ?? {};
    all.push(read.map((word) => word.slice(0, length) + suffix));
  }
  return all;
}

test("in any graph exactly those nodes run whose parameters or inputs' words changed", async () => {
  await fc.assert(
    fc.asyncProperty(
      graphs,
      fc.array(changes, { minLength: 1, maxLength: 2 }),
      async (graph, edits) => {
        const rig = await Rig.create();
        const text = ["one", "two"];
        const nodes = probes(graph, await rig.file("source.txt", text.join("\n")));
        const params: Record<number, Params> = {};
        for (const { node, length, suffix } of edits) {
          if (node < graph.reads.length) params[node] = { length, suffix };
        }
        await rig.run(wire(graph, nodes, {}));
        const changed = wire(graph, nodes, params);
        const { ran, state } = await rig.run(changed);

        const before = contents(graph, text, {});
        const after = contents(graph, text, params);
        const differs = (node: number) => before[node]!.join() !== after[node]!.join();
        const expected = graph.reads.flatMap((reads, node) => {
          const { length = 99, suffix = "" } = params[node] ?? {};
          const own = length !== 99 || suffix !== "";
          return own || reads.some(differs) ? [`node-${node}`] : [];
        });
        expect(state).toBe("done");
        expect([...ran].sort()).toEqual(expected.sort());
        expect((await rig.run(changed)).ran).toEqual([]);
      },
    ),
    { numRuns: 12 },
  );
});

test("a plan says what is fresh, what is stale and why, and what waits, and changes nothing", async () => {
  const rig = await Rig.create();
  const graph = { reads: [[], [0], [1], [0]] };
  const nodes = probes(graph, await rig.file("source.txt", "one"));
  await rig.run(wire(graph, nodes, {}));
  const changed = wire(graph, nodes, { 1: { suffix: "x" }, 2: { length: 5 } });
  const store = await FileStore.open(rig.store, { write: false });
  const plans = await plan(changed, store);
  expect(plans.map(({ node, state }) => [node.id, state])).toEqual([
    ["node-0", "fresh"],
    ["node-1", "stale"],
    ["node-2", "waiting"],
    ["node-3", "fresh"],
  ]);
  expect(await why(changed, store, "node-2")).toMatchObject({
    state: "waiting",
    waitsFor: ["node-1"],
    why: [{ field: "params", name: "length", was: "99", is: "5" }],
  });
  expect(nodes.map(({ runs }) => runs.length)).toEqual([1, 1, 1, 1]);
});

test("a store that is not there yet is planned as never run", async () => {
  const rig = await Rig.create();
  const graph = { reads: [[], [0]] };
  const nodes = probes(graph, await rig.file("source.txt", "one"));
  const store = await FileStore.open(rig.store, { write: false });
  const plans = await plan(wire(graph, nodes, {}), store);
  expect(plans.map(({ state, why }) => [state, why])).toEqual([
    ["stale", [{ field: "never-run", name: "" }]],
    ["waiting", [{ field: "never-run", name: "" }]],
  ]);
});
