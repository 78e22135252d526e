import { availableParallelism, hostname } from "node:os";
import { setTimeout } from "node:timers/promises";
import type { Artifact } from "./artifact.ts";
import { EXIT, type ExitCode, PipelineError } from "./error.ts";
import type { EventBody, NodePlanned, PlainError, Reason, RunEvent, RunFinished } from "./event.ts";
import { EventLog, newRunId } from "./event-log.ts";
import type { FileStore } from "./file-store.ts";
import { thisMachine } from "./machine.ts";
import type { Pipeline } from "./pipeline.ts";
import { toPlain } from "./plain-error.ts";
import { type NodePlan, needed, Planner } from "./plan.ts";
import type { Scheduler } from "./schedule/scheduler.ts";
import type { NodeDefinition } from "./stage.ts";

export interface RunOptions {
  /** Open for writing. */
  readonly store: FileStore;
  /** Partitions that run at once; as many as there are cores if not said. Changes no output. */
  readonly jobs?: number;
  /** Nodes to make again though they are fresh. */
  readonly force?: "all" | readonly string[];
  /** Run these nodes and what they need, instead of all. */
  readonly only?: readonly string[];
  /** Aborted to stop after the current batches: what is finished is kept, and the run ends as interrupted. */
  readonly signal?: AbortSignal;
  /** Aborted to end worker threads where they stand. */
  readonly abortSignal?: AbortSignal;
  /** Run stages in this thread, for tests whose stages are closures. */
  readonly inline?: boolean;
  readonly onEvent?: (event: RunEvent) => void;
}

export interface RunResult {
  readonly run: string;
  readonly state: RunFinished["state"];
  /** 0, 130 for an interrupted run, or that of the first failure. */
  readonly exitCode: ExitCode;
  readonly failures: readonly { readonly node: string; readonly error: PlainError }[];
  /** The artifact of each node that is up to date now, by id. */
  readonly artifacts: ReadonlyMap<string, Artifact>;
  /** Path of the run's event log. */
  readonly log: string;
}

/**
 * Brings nodes up to date: each as soon as those that it reads are. A node that fails stops those that read it and
 * no other. Throws a PipelineError (exit 2) where an unknown node is named; a stage's failure is in the result.
 */
export async function run(pipeline: Pipeline, options: RunOptions): Promise<RunResult> {
  const nodes = needed(pipeline, options.only);
  const forced = options.force ?? [];
  if (forced !== "all") for (const id of forced) pipeline.node(id);
  const id = newRunId(new Date(), process.pid);
  const log = await EventLog.create(options.store.root, id);
  let logged = true;
  const emit = (body: EventBody): void => {
    const event: RunEvent = { v: 1, time: Date.now(), run: id, ...body };
    options.onEvent?.(event);
    if (!logged) return;
    try {
      log.write(event);
    } catch (error) {
      // On a full disk the run may still tell what it did; it is not lost for want of its log.
      logged = false;
      const message = `the event log ends here: ${toPlain(error).message}`;
      emit({ type: "node-log", node: "", level: "warn", message });
    }
  };
  const runner = new Runner(pipeline, nodes, options, emit);
  try {
    return { run: id, log: log.file, ...(await runner.run()) };
  } finally {
    log.close();
  }
}

class Runner {
  readonly #pipeline: Pipeline;
  readonly #nodes: readonly NodeDefinition[];
  readonly #options: RunOptions;
  readonly #emit: (event: EventBody) => void;
  readonly #signal: AbortSignal;
  /** Resolves with a node's artifact once it is up to date, or with undefined where it will not be. */
  readonly #made = new Map<string, Promise<Artifact | undefined>>();
  readonly #repairs = new Map<string, Promise<Artifact | undefined>>();
  readonly #failures: { node: string; error: PlainError }[] = [];
  #planner!: Planner;
  #scheduler: Promise<Scheduler> | undefined;

  constructor(
    pipeline: Pipeline,
    nodes: readonly NodeDefinition[],
    options: RunOptions,
    emit: (event: EventBody) => void,
  ) {
    this.#pipeline = pipeline;
    this.#nodes = nodes;
    this.#options = options;
    this.#emit = emit;
    const signals = [options.signal, options.abortSignal].filter((signal) => signal !== undefined);
    this.#signal = AbortSignal.any(signals);
  }

  async run(): Promise<Omit<RunResult, "run" | "log">> {
    const started = performance.now();
    const { store, force, abortSignal } = this.#options;
    this.#announce();
    this.#planner = await Planner.open(store, this.#pipeline.seed);
    const terminate = () =>
      void this.#scheduler?.then(
        (scheduler) => scheduler.terminate(),
        () => {},
      );
    abortSignal?.addEventListener("abort", terminate, { once: true });
    try {
      for (const node of this.#nodes) {
        const forced = force === "all" || force?.includes(node.id) === true;
        this.#made.set(node.id, this.#bringUpToDate(node, forced ? FORCED : []));
      }
      await Promise.all(this.#made.values());
      await this.#planner.save();
    } finally {
      abortSignal?.removeEventListener("abort", terminate);
      // One that could not be loaded has failed the nodes that wanted it.
      await (await this.#scheduler?.catch(() => undefined))?.close();
    }
    const artifacts = await this.#artifacts();
    const state = this.#stateWith(artifacts);
    this.#emit({
      type: "run-finished",
      state,
      seconds: (performance.now() - started) / 1000,
      outputs: this.#outputFolders(artifacts),
    });
    const first = this.#failures[0]?.error.exitCode as ExitCode | undefined;
    const exitCode = state === "interrupted" ? EXIT.interrupted : (first ?? EXIT.done);
    return { state, exitCode, failures: this.#failures, artifacts };
  }

  async #bringUpToDate(
    node: NodeDefinition,
    because: readonly Reason[],
  ): Promise<Artifact | undefined> {
    // One damaged input at a time: each is rebuilt once, and then has to be whole.
    const rebuilt = new Set<string>();
    for (;;) {
      const inputs = await this.#inputsOf(node);
      if (inputs === undefined || this.#signal.aborted) return undefined;
      try {
        return await this.#update(node, inputs, because);
      } catch (error) {
        const damaged = damagedNode(error);
        if (damaged === undefined || rebuilt.has(damaged) || !inputs.has(damaged)) {
          await this.#fail(node, error);
          return undefined;
        }
        rebuilt.add(damaged);
        await this.#rebuild(damaged, error as PipelineError);
      }
    }
  }

  /** The artifacts that a node reads, by the id of their nodes; undefined where one of them was not made. */
  async #inputsOf(node: NodeDefinition): Promise<ReadonlyMap<string, Artifact> | undefined> {
    const inputs = new Map<string, Artifact>();
    for (const { node: read } of Object.values(node.inputs)) {
      const artifact = await this.#made.get(read.id);
      if (artifact === undefined) return undefined;
      inputs.set(read.id, artifact);
    }
    return inputs;
  }

  async #update(
    node: NodeDefinition,
    inputs: ReadonlyMap<string, Artifact>,
    because: readonly Reason[],
  ): Promise<Artifact> {
    const { store } = this.#options;
    const { nodeFinished, runNode } = await import("./run-node.ts");
    const plan = await this.#planner.plan(node, inputs, because);
    if (plan.state === "waiting") throw new Error(`${node.id} was planned before its inputs`);
    this.#emit(nodePlanned(plan));
    if (plan.state === "fresh") {
      await store.makeLatest(plan.artifact);
      this.#emit(nodeFinished(plan.artifact, "fresh"));
      return plan.artifact;
    }
    const scheduler = await this.#startScheduler();
    scheduler.warm(node.stage);
    return runNode(plan, {
      store,
      scheduler,
      seed: this.#pipeline.seed,
      rank: this.#nodes.indexOf(node),
      reuse: !because.some(({ field }) => field === "forced"),
      signal: this.#signal,
      emit: this.#emit,
    });
  }

  /** Makes a node again of whose artifact a part is damaged; those that come to it later wait for the same. */
  async #rebuild(id: string, error: PipelineError): Promise<void> {
    if (this.#repairs.has(id)) {
      await this.#repairs.get(id);
      return;
    }
    const file = error.details.corrupt?.file ?? "";
    const message = `${file} is damaged: ${id} is made again`;
    this.#emit({ type: "node-log", node: id, level: "warn", message });
    const repair = this.#bringUpToDate(this.#pipeline.node(id), [{ field: "corrupt", name: file }]);
    this.#repairs.set(id, repair);
    this.#made.set(id, repair);
    await repair;
  }

  #startScheduler(): Promise<Scheduler> {
    const { jobs = availableParallelism(), inline = false } = this.#options;
    this.#scheduler ??= import("./schedule/scheduler.ts").then(({ Scheduler }) => {
      const modules = this.#nodes.map(({ stage }) => stage.module);
      return new Scheduler({ jobs, inline, modules });
    });
    return this.#scheduler;
  }

  async #fail(node: NodeDefinition, error: unknown): Promise<void> {
    // Ctrl-C ends child processes too, such as the one that reads code, and their end may be heard before the signal.
    await setTimeout(SIGNAL_MS);
    if (this.#signal.aborted) return;
    const plain = toPlain(error);
    this.#failures.push({ node: node.id, error: plain });
    this.#emit({ type: "node-failed", node: node.id, error: plain });
  }

  #stateWith(artifacts: ReadonlyMap<string, Artifact>): RunFinished["state"] {
    if (this.#failures.length > 0) return "failed";
    return artifacts.size === this.#nodes.length ? "done" : "interrupted";
  }

  async #artifacts(): Promise<ReadonlyMap<string, Artifact>> {
    const artifacts = new Map<string, Artifact>();
    for (const [id, made] of this.#made) {
      const artifact = await made;
      if (artifact !== undefined) artifacts.set(id, artifact);
    }
    return artifacts;
  }

  #outputFolders(artifacts: ReadonlyMap<string, Artifact>): Record<string, string> {
    const folders: Record<string, string> = {};
    for (const [name, refs] of Object.entries(this.#pipeline.outputs)) {
      for (const { node, output } of refs) {
        const artifact = artifacts.get(node.id);
        const key = refs.length === 1 ? name : `${name}.${node.id}.${output}`;
        if (artifact !== undefined) folders[key] = `${artifact.folder}/${output}`;
      }
    }
    return folders;
  }

  #announce(): void {
    const { store, jobs = availableParallelism() } = this.#options;
    this.#emit({
      type: "run-started",
      pipeline: this.#pipeline.name,
      seed: this.#pipeline.seed,
      jobs,
      pid: process.pid,
      host: hostname(),
      store: store.root,
      machine: thisMachine(),
      nodes: this.#nodes.map(({ id, stage, inputs, params }) => ({
        id,
        stage: stage.name,
        inputs: [...new Set(Object.values(inputs).map((ref) => ref.node.id))],
        params,
      })),
    });
  }
}

/** Longer than a signal takes that has been sent to this process already, in ms. */
const SIGNAL_MS = 20;
const FORCED: readonly Reason[] = [{ field: "forced", name: "" }];

function damagedNode(error: unknown): string | undefined {
  return error instanceof PipelineError ? error.details.corrupt?.node : undefined;
}

function nodePlanned(plan: Exclude<NodePlan, { state: "waiting" }>): NodePlanned {
  const { node, state, work, why } = plan;
  return { type: "node-planned", node: node.id, state, fingerprint: work.fingerprint, why };
}
