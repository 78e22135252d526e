import { join } from "node:path";
import {
  type Artifact,
  type FileStore,
  type InputRows,
  inputSource,
  type NodeDefinition,
  openInputs,
  type Pipeline,
  type RowColumns,
} from "../../engine/index.ts";
import { predictionBudget } from "../../lib/examples/masking.ts";
import { audit } from "../../stages/sop-pairs/tables.ts";
import { readTokenizerInput } from "../../stages/tokenizer-input.ts";
import type { Planned } from "../../stages/train/estimate/outlook.ts";
import type { PretrainParams } from "../../stages/train/params.ts";
import { paddedLength } from "../../stages/train/shape.ts";
import { usage } from "../arguments.ts";

/** The nodes that train a model from its beginning: the one of that name, or all. */
export function trainings(pipeline: Pipeline, id: string | undefined): readonly NodeDefinition[] {
  const all = pipeline.nodes.filter(({ stage }) => stage.name === "train");
  const names = all.map((node) => node.id).join(", ");
  if (all.length === 0)
    throw usage("the pipeline trains no model", { where: pipeline.name, hint: "place train" });
  if (id === undefined) return all;
  const node = pipeline.node(id);
  if (!all.includes(node))
    throw usage(`${id} is no training`, { where: id, expected: names, got: node.stage.name });
  return [node];
}

interface PairParams {
  readonly maxSeqLength?: number;
  readonly maskedLmProb?: number;
  readonly maxPredictionsPerSeq?: number;
}

const SPECIALS = 3;

/**
 * What a training will be made from: of the nodes before it their parameters, and where they have been run also what they
 * made. A PipelineError (exit 2) where neither says how large the vocabulary is.
 */
export async function plannedTraining(node: NodeDefinition, store: FileStore): Promise<Planned> {
  const params = node.params as PretrainParams;
  const pairs = node.inputs["examples"]!.node;
  const { maxSeqLength, maskedLmProb = 0.15, maxPredictionsPerSeq } = pairs.params as PairParams;
  const length = params.maxSeqLength ?? maxSeqLength ?? params.model.maxPositionEmbeddings;
  const most = maxPredictionsPerSeq ?? length;
  const sequenceLength = paddedLength(length);
  const lengths = params.lengthBins === "auto" ? [] : (params.lengthBins ?? []);
  const targetsIn = (pieces: number) => predictionBudget(pieces - SPECIALS, maskedLmProb, most);
  return {
    config: { ...params.model, vocabSize: await vocabSize(node.inputs["tokenizer"]!.node, store) },
    params,
    sequenceLength,
    mostTargets: targetsIn(length),
    shorter: lengths
      .filter((bin) => bin < sequenceLength)
      .map((bin) => ({ sequenceLength: bin, mostTargets: targetsIn(bin) })),
    trainExamples: await trainExamples(await store.latest(pairs.id)),
  };
}

async function vocabSize(node: NodeDefinition, store: FileStore): Promise<number> {
  const artifact = await store.latest(node.id);
  if (artifact !== undefined) {
    const { pieces } = await readTokenizerInput({ path: join(artifact.folder, "tokenizer") });
    return pieces.length;
  }
  const { size } = node.params as { readonly size?: number };
  if (size !== undefined) return size;
  throw usage("how large the vocabulary is cannot be known yet", {
    where: node.id,
    hint: `run it first: pipeline run ${node.id}`,
  });
}

/** How many training examples were made, as their audit says. */
async function trainExamples(artifact: Artifact | undefined): Promise<number | undefined> {
  if (artifact?.manifest.outputs["audit"] === undefined) return undefined;
  const { table } = await openInputs({ table: inputSource(artifact, "audit", audit) });
  const rows = await (table as unknown as InputRows<RowColumns>).rows();
  const row = rows.find(({ measure, split }) => measure === "examples" && split === "train");
  return row === undefined ? undefined : Number(row["value"]);
}
