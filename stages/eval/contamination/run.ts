import {
  type Inputs,
  makeBatch,
  type Row,
  type StageContext,
  viewBatch,
} from "../../../engine/index.ts";
import { documents } from "../../ingest/tables.ts";
import { contaminated, type contamination, type data } from "../tables.ts";
import type { Task } from "../task.ts";
import { readTaskData } from "../task-data.ts";
import { NgramIndex } from "./ngram-index.ts";
import { wordsOf } from "./words.ts";

interface ContaminationParams {
  readonly task: Task;
  readonly heldoutShare?: number | undefined;
  readonly ngram: number;
  readonly shortest: number;
}

/** An example, and the runs of words that would give it away. */
interface Suspect {
  readonly split: string;
  readonly index: number;
  readonly id: string;
  readonly runs: readonly number[];
}

/** Where a run was found first. */
interface Finding {
  readonly documentKey: string;
  readonly words: string;
}

type ContaminationInputs = Inputs<{
  readonly documents: typeof documents;
  readonly data: typeof data;
}>;

/** Looks for a task's examples in the documents that are trained on. */
export async function* findContamination(
  inputs: ContaminationInputs,
  context: Pick<StageContext<ContaminationParams>, "params" | "signal" | "progress" | "log">,
) {
  const index = new NgramIndex();
  const suspects = await suspectsOf(inputs, context, index);
  const findings = await search(inputs, index, context);
  const { task, ngram } = context.params;
  const rows: Row<typeof contamination.columns>[] = [];
  for (const [split, examples] of suspects) {
    const found = examples.filter(({ runs }) => runs.some((run) => findings.has(run)));
    const checked = examples.filter(({ runs }) => runs.length > 0).length;
    rows.push({
      task: task.name,
      split,
      ngram,
      examples: examples.length,
      checked,
      contaminated: found.length,
      share: checked === 0 ? 0 : found.length / checked,
    });
    context.log(
      found.length === 0 ? "info" : "warn",
      `${task.name}, ${split}: ${found.length} of ${checked} examples are in the pretraining text`,
    );
    if (found.length > 0) yield { contaminated: batchOf(task, found, findings) };
  }
  yield { contamination: rows };
}

/** The examples of every split that is evaluated or predicted, by split. */
async function suspectsOf(
  { data: { path } }: ContaminationInputs,
  { params, log }: Pick<StageContext<ContaminationParams>, "params" | "log">,
  index: NgramIndex,
): Promise<ReadonlyMap<string, readonly Suspect[]>> {
  const suspects = new Map<string, Suspect[]>();
  const { evaluated } = await readTaskData(params, path, 0, log);
  for (const { split, examples } of evaluated) {
    suspects.set(
      split,
      examples.map(({ index: at, id, texts }) => ({
        split,
        index: at,
        id,
        runs: texts.flatMap((text) => runsOf(wordsOf(text), params.ngram, params.shortest, index)),
      })),
    );
  }
  return suspects;
}

function runsOf(
  words: readonly string[],
  ngram: number,
  shortest: number,
  index: NgramIndex,
): number[] {
  if (words.length < shortest) return [];
  if (words.length <= ngram) return [index.add(words)];
  return Array.from({ length: words.length - ngram + 1 }, (_, at) =>
    index.add(words.slice(at, at + ngram)),
  );
}

async function search(
  { documents: table }: ContaminationInputs,
  index: NgramIndex,
  { signal, progress }: Pick<StageContext<unknown>, "signal" | "progress">,
): Promise<ReadonlyMap<number, Finding>> {
  const findings = new Map<number, Finding>();
  let done = 0;
  for await (const batch of table.batches(["document_key", "split", "sentences"])) {
    signal.throwIfAborted();
    const view = viewBatch(documents, batch);
    for (let row = 0; row < batch.numRows; row++) {
      if (view.split.get(row) !== "train") continue;
      const sentences: string[] = [];
      for (let at = view.sentences.offsets[row]!; at < view.sentences.offsets[row + 1]!; at++)
        sentences.push(view.sentences.values.get(at));
      const words = sentences.flatMap(wordsOf);
      index.scan(words, (run, at) => {
        if (findings.has(run)) return;
        const beginning = words.slice(at, at + SHOWN_WORDS).join(" ");
        findings.set(run, { documentKey: view.document_key.get(row), words: beginning });
      });
    }
    done += batch.numRows;
    progress(done, table.rows, "documents");
  }
  return findings;
}

/** Of what was found, so many words are shown. */
const SHOWN_WORDS = 13;

function batchOf(task: Task, found: readonly Suspect[], findings: ReadonlyMap<number, Finding>) {
  const hits = found.map(({ runs }) => runs.filter((run) => findings.has(run)));
  const first = hits.map(([run]) => findings.get(run!)!);
  return makeBatch(contaminated, {
    task: found.map(() => task.name),
    split: found.map(({ split }) => split),
    index: found.map(({ index }) => index),
    id: found.map(({ id }) => id),
    overlap: found.map(({ runs }, row) => hits[row]!.length / runs.length),
    document_key: first.map(({ documentKey }) => documentKey),
    words: first.map(({ words }) => words),
  });
}
