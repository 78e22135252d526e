import { availableParallelism } from "node:os";
import { EXIT, type ExitCode } from "../engine/index.ts";
import type { Outlook, Planned } from "../stages/train/estimate/outlook.ts";
import { checkCount, parseArguments } from "./arguments.ts";
import { type Command, pipelineOptions } from "./command.ts";
import { parseBytes, parseCard } from "./estimate/sizes.ts";
import type { Estimated } from "./estimate/text.ts";
import { type Io, print } from "./io.ts";
import { loadConfig } from "./load-config.ts";
import { openToRead } from "./status.ts";

/** For all trainings together. */
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
    "Says what a training will take before it begins, or all of them: parameters, memory by what it is for, the largest batch for a given memory, operations, passes over the examples, time here (by a measurement of some seconds) and on a card, and disk. Runs nothing of the pipeline; of nodes that have been run it takes what they made. Exits with 1 where no example fits into the memory that was given.",
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
    const all: Estimated[] = [];
    for (const node of nodes) {
      const planned = await plannedTraining(node, store);
      const { params, config } = planned;
      const known = outlook(planned, { processBytes, memoryBytes, card });
      const seconds = SECONDS / nodes.length;
      all.push({
        node: node.id,
        steps: params.numTrainSteps,
        lengthBins: params.lengthBins,
        layers: config.numHiddenLayers * config.innerGroupNum,
        outlook: known,
        memoryBytes,
        card,
        time: values.untimed === true ? undefined : await timeHere(planned, known, seconds),
      });
    }
    await show(io, all, values.json === true);
    const fits = all.every(({ outlook: { largest } }) =>
      card === undefined ? largest.here > 0 : largest.tensorflow > 0,
    );
    return fits ? EXIT.done : EXIT.failed;
  },
};

async function timeHere(
  { config, params, sequenceLength, mostTargets }: Planned,
  { microBatchSize }: Outlook,
  seconds: number,
) {
  const { selectBackend } = await import("../backend/select.ts");
  const { stepSeconds } = await import("../stages/train/estimate/step-seconds.ts");
  const { trainBatchSize: batchSize, recomputeActivations: recompute } = params;
  const backend = await selectBackend(params.backend, { threads: availableParallelism() });
  try {
    const { optimiser, precision } = params;
    const timed = { config, optimiser, precision, recompute, batchSize, microBatchSize };
    return await stepSeconds(backend, { ...timed, sequenceLength, mostTargets }, seconds);
  } finally {
    await backend.dispose();
  }
}

async function show(io: Io, all: readonly Estimated[], json: boolean): Promise<void> {
  const { estimateJson, estimateText } = await import("./estimate/text.ts");
  if (json) print(io, JSON.stringify({ trainings: all.map(estimateJson) }));
  else print(io, all.map(estimateText).join("\n\n"));
}
