import { formatBytes, formatCount, formatInteger, formatSeconds } from "../../lib/format.ts";
import type { Card } from "../../stages/train/estimate/cards.ts";
import type { Change } from "../../stages/train/estimate/fitting.ts";
import type { Outlook } from "../../stages/train/estimate/outlook.ts";
import type { StepTime } from "../../stages/train/estimate/step-seconds.ts";
import type { TrainParams } from "../../stages/train/params.ts";

/** What is said of one training. */
export interface Estimated {
  readonly node: string;
  readonly steps: number;
  /** As the parameters say them. */
  readonly lengthBins: TrainParams["lengthBins"];
  readonly layers: number;
  readonly outlook: Outlook;
  readonly memoryBytes: number;
  readonly card: Card | undefined;
  /** Undefined where nothing was timed. */
  readonly time: StepTime | undefined;
}

/** As a person reads it. */
export function estimateText({
  node,
  steps,
  lengthBins,
  layers,
  outlook,
  memoryBytes,
  card,
  time,
}: Estimated): string {
  const { parameters, shape, microBatchSize, memory, largest, changes, epochs, disk } = outlook;
  const parts = microBatchSize < shape.batchSize ? `, ${microBatchSize} at once` : "";
  const passes =
    epochs === undefined ? "passes unknown until examples are made" : `${epochs.toFixed(2)} passes`;
  const within = formatBytes(memoryBytes);
  const rows: readonly (readonly [string, string])[] = [
    [
      "parameters",
      `${formatInteger(parameters.total)}, of these the model's ${formatInteger(parameters.model)}`,
    ],
    [
      "batches",
      `${shape.batchSize} by ${shape.sequenceLength}${parts}; ${formatInteger(steps)} steps, ${passes}`,
    ],
    ...(lengthBins === undefined ? [] : [["", binned(lengthBins, shape)] as const]),
    ["memory", `about ${formatBytes(memory.total)} in all`],
    ["  weights", formatBytes(memory.weights)],
    ["  gradients", formatBytes(memory.gradients)],
    ["  moments", formatBytes(memory.moments)],
    ["  update", formatBytes(memory.update)],
    [
      "  activations",
      `${formatBytes(memory.activations)}: ${layers} layers of ${formatBytes(memory.layer)}`,
    ],
    ["  logits", formatBytes(memory.logits)],
    ["  process", formatBytes(memory.fixed)],
    ["batch in", `${within}: ${fits(largest.here, changes.here)}`],
    ["", `as TensorFlow keeps tensors on a card: ${fits(largest.tensorflow, changes.tensorflow)}`],
    [
      "work",
      `${formatCount(outlook.stepFlops)}FLOP a step, ${formatCount(outlook.flops)}FLOP in all`,
    ],
    ...(time === undefined
      ? []
      : [
          [
            "time here",
            `${formatSeconds(steps * time.seconds)}, by ${time.by}: ${time.seconds.toPrecision(3)} s a step`,
          ] as const,
        ]),
    ...(card === undefined || outlook.cardSeconds === undefined
      ? []
      : [
          [
            `on ${card.name}`,
            `about ${formatSeconds(outlook.cardSeconds)}, at 40 % of its float32 peak`,
          ] as const,
        ]),
    [
      "disk",
      `about ${formatBytes(disk.artifact)}, while it trains at most ${formatBytes(disk.most)} more`,
    ],
  ];
  return [node, ...rows.map(([name, said]) => `  ${name.padEnd(14)}${said}`)].join("\n");
}

function binned(
  bins: NonNullable<Estimated["lengthBins"]>,
  { sequenceLength }: Outlook["shape"],
): string {
  const said = `less work and time than is said here, which is that of ${sequenceLength}`;
  return bins === "auto"
    ? `in length bins that the examples decide: ${said}, and more memory`
    : `in length bins of ${bins.join(", ")}: ${said}`;
}

function fits(batch: number, change: Change | undefined): string {
  if (batch > 0) return `at most ${formatInteger(batch)} examples at once`;
  return change === undefined
    ? "no example fits, however small the model"
    : `no example fits; it would with ${change.change} (${formatInteger(change.batch)} at once)`;
}

/** As a program reads it: bytes, seconds, floating-point operations. */
export function estimateJson(estimated: Estimated): object {
  const { node, steps, lengthBins, outlook, memoryBytes, card, time } = estimated;
  const { shape, memory, largest, changes } = outlook;
  return {
    node,
    parameters: outlook.parameters,
    batch_size: shape.batchSize,
    micro_batch_size: outlook.microBatchSize,
    sequence_length: shape.sequenceLength,
    length_bins: lengthBins ?? null,
    masked_positions: shape.maskedPositions,
    steps,
    epochs: outlook.epochs ?? null,
    memory_bytes: memory,
    available_bytes: memoryBytes,
    largest_batch: largest,
    change_to_fit: { here: changes.here ?? null, tensorflow: changes.tensorflow ?? null },
    step_flops: outlook.stepFlops,
    flops: outlook.flops,
    step_seconds: time?.seconds ?? null,
    seconds: time === undefined ? null : steps * time.seconds,
    timed_by: time?.by ?? null,
    card: card?.name ?? null,
    card_seconds: outlook.cardSeconds ?? null,
    disk_bytes: outlook.disk,
  };
}
