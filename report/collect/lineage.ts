import type { ReportSource } from "./source.ts";

/** Everything that decides a node's output, so that it can be made again. */
export interface Lineage {
  readonly node: string;
  readonly stage: string;
  readonly fingerprint: string;
  readonly code: string;
  readonly seed: number | null;
  readonly inputs: readonly (readonly [name: string, digest: string])[];
  readonly files: number;
  readonly environment: readonly (readonly [name: string, value: string])[];
  readonly params: unknown;
  readonly outputs: readonly (readonly [name: string, digest: string])[];
  /** When it was finished, ISO 8601. */
  readonly finished: string;
}

export function collectLineage({ pipeline, artifacts }: ReportSource): readonly Lineage[] {
  return pipeline.nodes.flatMap(({ id }) => {
    const manifest = artifacts.get(id)?.manifest;
    if (manifest === undefined) return [];
    const { stage, fingerprint, fields, outputs, finished } = manifest;
    return [
      {
        node: id,
        stage,
        fingerprint,
        code: fields.code,
        seed: fields.seed,
        inputs: Object.entries(fields.inputs),
        files: Object.keys(fields.files).length,
        environment: Object.entries(fields.environment),
        params: fields.params,
        outputs: Object.entries(outputs).map(([name, { digest }]) => [name, digest] as const),
        finished,
      },
    ];
  });
}
