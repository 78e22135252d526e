import { availableParallelism } from "node:os";
import type { Backend } from "../backend/backend.ts";
import { EXIT, type ExitCode, type NodeDefinition } from "../engine/index.ts";
import type { Timed } from "../stages/train/estimate/measure.ts";
import type { Outlook, Planned } from "../stages/train/estimate/outlook.ts";
import type { StepTime } from "../stages/train/estimate/step-seconds.ts";
import { checkCount, parseArguments } from "./arguments.ts";
import { type Command, pipelineOptions } from "./command.ts";
import { parseBytes, parseCard } from "./estimate/sizes.ts";
import type { Estimated } from "./estimate/text.ts";
import { type Io, print } from "./io.ts";
import { loadConfig } from "./load-config.ts";
import { openToRead } from "./status.ts";

/** For all trainings together, beside compiling each. */
const SECONDS = 8;

const options = {
  memory: {
    type: "string",
    value: "SIZE",
    description:
      "the memory that batches should fit into, such as 12GB or 11.5GiB; by default the card's, or this machine's",
  },
  card: {
    type: "string",
    value: "NAME",
    description: "also how long it takes on this card, such as T4, V100 or A100",
  },
  untimed: { type: "boolean", description: "take no time here: only what can be computed" },
  json: { type: "boolean", description: "one JSON document: bytes, seconds, operations" },
  ...pipelineOptions,
} as const;

/** `pipeline estimate`: what trainings will take, before they begin. */
export const estimate: Command = {
  usage: "[NODE]",
  description:
    "Says what a training will take before it begins, or all of them: parameters, memory by what it is for, the largest batch for a given memory, operations, passes over the examples, time here and on a card, and disk. The time here is measured in about ten seconds: some steps on drawn examples, of all trainings in turn, and of those that differ in their seed or length alone only once; of a model that is too large for that, one and two of its layers, or the speed of matrix products. Runs nothing of the pipeline; of nodes that have been run it takes what they made. Exits with 1 where no example fits into the memory that was given.",
  options,
  examples: [
    "pipeline estimate",
    "pipeline estimate train --memory 12GB",
    "pipeline estimate train --card V100 --json",
  ],

  async run(args, io): Promise<ExitCode> {
    const { values, positionals } = parseArguments("estimate", args, options);
    checkCount("estimate", positionals, 0, 1, "the name of one training");
    const card = values.card === undefined ? undefined : parseCard(values.card);
    const given = values.memory === undefined ? undefined : parseBytes("--memory", values.memory);
    const { pipeline, store: folder } = await loadConfig(io.cwd, values);
    const { plannedTraining, trainings } = await import("./estimate/planned.ts");
    const nodes = trainings(pipeline, positionals[0]);
    const { outlook } = await import("../stages/train/estimate/outlook.ts");
    const { availableBytes } = await import("../stages/train/memory.ts");
    const store = await openToRead(io, folder);
    const processBytes = process.memoryUsage.rss();
    const memoryBytes = given ?? card?.memoryBytes ?? availableBytes();
    const told = await Promise.all(
      nodes.map(async (node) => {
        const planned = await plannedTraining(node, store);
        return { node, planned, known: outlook(planned, { processBytes, memoryBytes, card }) };
      }),
    );
    const timings = values.untimed === true ? undefined : await timeAll(told, SECONDS);
    const all: Estimated[] = [];
    for (const { node, planned, known } of told) {
      const { params, config } = planned;
      all.push({
        node: node.id,
        steps: params.numTrainSteps,
        lengthBins: params.lengthBins,
        layers: config.numHiddenLayers * config.innerGroupNum,
        outlook: known,
        memoryBytes,
        card,
        time: timings?.get(node),
      });
    }
    await show(io, all, values.json === true);
    const fits = all.every(({ outlook: { largest } }) =>
      card === undefined ? largest.here > 0 : largest.tensorflow > 0,
    );
    return fits ? EXIT.done : EXIT.failed;
  },
};

interface Told {
  readonly node: NodeDefinition;
  readonly planned: Planned;
  readonly known: Outlook;
}

/** Trainings whose steps are of one shape, on one backend. */
interface Kind {
  readonly backend: Planned["params"]["backend"];
  readonly timed: Timed;
  readonly nodes: NodeDefinition[];
}

/** Times a step of each training in about so many seconds, those of one shape once, on one backend a name. */
async function timeAll(
  told: readonly Told[],
  seconds: number,
): Promise<ReadonlyMap<NodeDefinition, StepTime>> {
  const { selectBackend } = await import("../backend/select.ts");
  const { stepSeconds } = await import("../stages/train/estimate/step-seconds.ts");
  const kinds = new Map<string, Kind>();
  for (const { node, planned, known } of told) {
    const { config, params, sequenceLength, mostTargets } = planned;
    const { backend, optimiser, precision, trainBatchSize: batchSize } = params;
    const timed: Timed = {
      ...{ config, optimiser, precision, batchSize, sequenceLength, mostTargets },
      recompute: params.recomputeActivations,
      microBatchSize: known.microBatchSize,
    };
    const key = JSON.stringify([backend, timed]);
    const kind = kinds.get(key) ?? { backend, timed, nodes: [] };
    kinds.set(key, kind);
    kind.nodes.push(node);
  }
  const backends = new Map<string, Backend>();
  const times = new Map<NodeDefinition, StepTime>();
  try {
    for (const { backend: name, timed, nodes } of kinds.values()) {
      const backend =
        backends.get(name) ?? (await selectBackend(name, { threads: availableParallelism() }));
      backends.set(name, backend);
      const time = await stepSeconds(backend, timed, seconds / kinds.size);
      for (const node of nodes) times.set(node, time);
    }
  } finally {
    for (const backend of backends.values()) await backend.dispose();
  }
  return times;
}

async function show(io: Io, all: readonly Estimated[], json: boolean): Promise<void> {
  const { estimateJson, estimateText } = await import("./estimate/text.ts");
  if (json) print(io, JSON.stringify({ trainings: all.map(estimateJson) }));
  else print(io, all.map(estimateText).join("\n\n"));
}
