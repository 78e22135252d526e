import { join } from "node:path";
import type { Artifact, FingerprintFields } from "./artifact.ts";
import { canonicalJson } from "./canonical-json.ts";
import { CodeHashes } from "./code-hash.ts";
import { DigestCache } from "./digest-cache.ts";
import { PipelineError } from "./error.ts";
import type { Reason } from "./event.ts";
import { explained } from "./file-error.ts";
import { stampOf } from "./file-stamp.ts";
import type { FileStore } from "./file-store.ts";
import { differences, fingerprintOf } from "./fingerprint.ts";
import type { DeclaredSource, HashedSource } from "./partition.ts";
import type { Pipeline } from "./pipeline.ts";
import type { NodeDefinition, SourceFile } from "./stage.ts";

/** What a node is to be made from, once its inputs are there. */
export interface Work {
  readonly fields: FingerprintFields;
  readonly fingerprint: string;
  readonly files: readonly HashedSource[];
  /** The artifact that each input is read from. */
  readonly inputs: Readonly<Record<string, Artifact>>;
}

interface Planned {
  readonly node: NodeDefinition;
  /** What differs from the last artifact; of a waiting node, what is known to differ already. */
  readonly why: readonly Reason[];
  /** The node's newest artifact, whatever it was made from. */
  readonly last: Artifact | undefined;
}

/** An artifact of exactly this work is there and whole. */
export interface FreshNode extends Planned {
  readonly state: "fresh";
  readonly work: Work;
  readonly artifact: Artifact;
}

export interface StaleNode extends Planned {
  readonly state: "stale";
  readonly work: Work;
}

/** What it reads is stale, so that what it will read is not known yet. */
export interface WaitingNode extends Planned {
  readonly state: "waiting";
  /** The nodes that it reads which are not fresh. */
  readonly waitsFor: readonly string[];
}

export type NodePlan = FreshNode | StaleNode | WaitingNode;

/** Says of every node whether it is fresh, stale and why, or waits for a stale one. Changes nothing in the store. */
export async function plan(
  pipeline: Pipeline,
  store: FileStore,
  only?: readonly string[],
): Promise<readonly NodePlan[]> {
  const planner = await Planner.open(store, pipeline.seed);
  const plans = new Map<string, NodePlan>();
  for (const node of needed(pipeline, only)) {
    const inputs = new Map<string, Artifact>();
    for (const { node: read } of Object.values(node.inputs)) {
      const plan = plans.get(read.id)!;
      if (plan.state === "fresh") inputs.set(read.id, plan.artifact);
    }
    plans.set(node.id, await planner.plan(node, inputs));
  }
  return [...plans.values()];
}

/** Why one node is stale, or that it is fresh, with the artifact that it is compared to. */
export async function why(pipeline: Pipeline, store: FileStore, node: string): Promise<NodePlan> {
  pipeline.node(node);
  return (await plan(pipeline, store, [node])).at(-1)!;
}

/** The named nodes and what they read, or all nodes, each after those that it reads. */
export function needed(pipeline: Pipeline, only?: readonly string[]): readonly NodeDefinition[] {
  if (only === undefined || only.length === 0) return pipeline.nodes;
  const wanted = new Set<NodeDefinition>();
  const want = (node: NodeDefinition): void => {
    wanted.add(node);
    for (const ref of Object.values(node.inputs)) want(ref.node);
  };
  for (const id of only) want(pipeline.node(id));
  return pipeline.nodes.filter((node) => wanted.has(node));
}

/** Plans nodes one by one, as their inputs become known; remembers hashes of code and files. */
export class Planner {
  readonly #store: FileStore;
  readonly #seed: number;
  readonly #code: CodeHashes;
  readonly #digests: DigestCache;

  private constructor(store: FileStore, seed: number, code: CodeHashes, digests: DigestCache) {
    this.#store = store;
    this.#seed = seed;
    this.#code = code;
    this.#digests = digests;
  }

  static async open(store: FileStore, seed: number): Promise<Planner> {
    const cache = join(store.root, ".cache");
    const digests = await DigestCache.open(join(cache, "files.json"));
    return new Planner(store, seed, new CodeHashes(join(cache, "code.json")), digests);
  }

  /** Keeps hashes for the next process, which is only slower where that fails; only a store's writer may. */
  async save(): Promise<void> {
    await Promise.allSettled([this.#code.save(), this.#digests.save()]);
  }

  /**
   * Plans a node; `inputs` holds, by id, the artifacts of those nodes that it reads which are fresh, and `because`
   * says why it is stale whatever is there.
   */
  async plan(
    node: NodeDefinition,
    inputs: ReadonlyMap<string, Artifact>,
    because: readonly Reason[] = [],
  ): Promise<NodePlan> {
    const last = await this.#store.latest(node.id);
    const { fields, files } = await this.#fieldsOf(node, inputs);
    const waitsFor = [...new Set(Object.values(node.inputs).map((ref) => ref.node.id))].filter(
      (id) => !inputs.has(id),
    );
    const changed = last === undefined ? NEVER_RUN : differences(last.manifest.fields, fields);
    if (waitsFor.length > 0) {
      // An input that is not known yet would be shown as removed.
      const known = changed.filter(({ field }) => field !== "input");
      return { state: "waiting", node, last, waitsFor, why: known };
    }
    const read = Object.entries(node.inputs).map(([input, ref]) => [
      input,
      inputs.get(ref.node.id)!,
    ]);
    const fingerprint = fingerprintOf(fields);
    const work = { fields, fingerprint, files, inputs: Object.fromEntries(read) };
    if (because.length > 0) return { state: "stale", node, last, work, why: because };
    const artifact = await this.#store.find(node.id, fingerprint);
    if (artifact === undefined) return { state: "stale", node, last, work, why: changed };
    const broken = await this.#store.check(artifact);
    if (broken.length === 0) return { state: "fresh", node, last, work, artifact, why: [] };
    const why = broken.map(({ file, problem }) => ({ field: problem, name: file }));
    return { state: "stale", node, last, work, why };
  }

  async #fieldsOf(
    node: NodeDefinition,
    inputs: ReadonlyMap<string, Artifact>,
  ): Promise<{ fields: FingerprintFields; files: readonly HashedSource[] }> {
    const { stage, params } = node;
    const [code, files, environment] = await Promise.all([
      this.#code.of(stage.module),
      this.#filesOf(node),
      stage.environment?.(params) ?? {},
    ]);
    const known = Object.entries(node.inputs).flatMap(([input, { node: read, output }]) => {
      const digest = inputs.get(read.id)?.manifest.outputs[output]?.digest;
      return digest === undefined ? [] : [[input, digest]];
    });
    const fields = {
      stage: stage.name,
      code,
      // Through JSON, so that what is compared is what a manifest keeps.
      params: JSON.parse(canonicalJson(params, `${node.id} params`)) as unknown,
      seed: stage.seeded === true ? this.#seed : null,
      inputs: Object.fromEntries(known) as Record<string, string>,
      files: Object.fromEntries(files.map(({ name, digest }) => [name, digest])),
      environment,
    };
    return { fields, files };
  }

  async #filesOf(node: NodeDefinition): Promise<readonly HashedSource[]> {
    const files = (await node.stage.files?.(node.params)) ?? [];
    const names = new Set<string>();
    for (const { name } of files) {
      if (names.has(name))
        throw new PipelineError(`${node.id} reads two files called ${name}`, {
          where: node.id,
          hint: "give each file a name of its own",
        });
      names.add(name);
    }
    const declared = files.flatMap((file) =>
      file.digest === undefined ? [] : [checkDeclared(node.id, file, file.digest)],
    );
    const found = files.filter(({ digest }) => digest === undefined);
    const stamps = await Promise.all(
      found.map(({ path }) => explained("reading", path, () => stampOf(path))),
    );
    const digests = await this.#digests.digests(found.map(({ path }) => path));
    const hashed = found.map(({ path, name }, index) => {
      const stamp = stamps[index]!;
      return { path, name, digest: digests[index]!, bytes: stamp.bytes, stamp };
    });
    return [...hashed, ...declared];
  }
}

function checkDeclared(node: string, file: SourceFile, digest: string): DeclaredSource {
  if (!/^[0-9a-f]{64}$/.test(digest))
    throw new PipelineError(`the sha256 of ${file.name} is not one`, {
      where: node,
      expected: "64 hexadecimal digits, in lower case",
      got: digest,
    });
  return { ...file, digest, stamp: undefined };
}

const NEVER_RUN: readonly Reason[] = [{ field: "never-run", name: "" }];
