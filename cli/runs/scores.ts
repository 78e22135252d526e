import {
  type FileStore,
  type InputRows,
  inputSource,
  openInputs,
  type RowColumns,
  rowTable,
} from "../../engine/index.ts";
import type { RunFacts } from "../../report/run-facts.ts";

/** A score of a run, by what was measured. */
export interface RunScore {
  /** Task, metric and split, and which run of several. */
  readonly name: string;
  readonly value: number;
}

const scores = rowTable({ task: "utf8", metric: "utf8", split: "utf8", value: "float64" });

/** Every score that a run made or found: from its artifacts, and from its log where they are gone. */
export async function scoresOf(store: FileStore, run: RunFacts): Promise<readonly RunScore[]> {
  const found: RunScore[] = [];
  for (const node of run.nodes) {
    const rows =
      (await fromArtifact(store, node.id, node.fingerprint)) ?? Object.values(node.rows).flat();
    const named = rows.flatMap(({ task, metric, split, value }) =>
      typeof task === "string" && typeof value === "number"
        ? [
            {
              name: [task, metric, split].filter((part) => typeof part === "string").join(" "),
              value,
            },
          ]
        : [],
    );
    const times = new Map<string, number>();
    for (const { name, value } of named) {
      const time = (times.get(name) ?? 0) + 1;
      times.set(name, time);
      found.push({ name: time === 1 ? name : `${name} (${time})`, value });
    }
  }
  return found;
}

type Rows = readonly Readonly<Record<string, unknown>>[];

async function fromArtifact(
  store: FileStore,
  node: string,
  fingerprint: string | undefined,
): Promise<Rows | undefined> {
  if (fingerprint === undefined) return undefined;
  try {
    const artifact = await store.find(node, fingerprint);
    if (artifact === undefined) return undefined;
    const rows: Rows[] = [];
    for (const [output, { kind }] of Object.entries(artifact.manifest.outputs)) {
      if (kind !== "rows") continue;
      const { table } = await openInputs({ table: inputSource(artifact, output, scores) });
      rows.push(await (table as unknown as InputRows<RowColumns>).rows());
    }
    return rows.flat();
  } catch {
    // A damaged artifact is for `pipeline run` to mend: the log still has what was measured.
    return undefined;
  }
}
