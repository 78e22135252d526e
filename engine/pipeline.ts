import { placeNode } from "./define-stage.ts";
import { EXIT, PipelineError } from "./error.ts";
import { checkIdentifier, checkKebabCase, suggest } from "./name.ts";
import { knownParams, paramError, parseParams } from "./params.ts";
import type { NodeDefinition, Ref } from "./stage.ts";

/** One parameter to change: `path` leads to it from the node's parameters. */
export interface ParamSetting {
  readonly node: string;
  readonly path: readonly string[];
  /** A string is taken as it is where the parameter is one, else read as JSON. */
  readonly value: unknown;
}

/** A graph of nodes with the outputs that it is run for. */
export interface Pipeline {
  readonly name: string;
  readonly seed: number;
  /** Every node that an output needs, each after those that it reads. */
  readonly nodes: readonly NodeDefinition[];
  readonly outputs: Readonly<Record<string, readonly Ref[]>>;
  /** The node of that name; throws a PipelineError that lists the known ones. */
  node(id: string): NodeDefinition;
  /** The same graph with some parameters changed; throws where a node or a parameter is not known. */
  withParams(settings: readonly ParamSetting[]): Pipeline;
}

export interface PipelineDefinition {
  /** Kebab-case. */
  readonly name: string;
  /** An integer from which every random number of the pipeline comes. */
  readonly seed: number;
  readonly outputs: Readonly<Record<string, Ref | readonly Ref[]>>;
}

/** Collects the nodes that the outputs need. */
export function definePipeline(definition: PipelineDefinition): Pipeline {
  const { name, seed } = definition;
  checkKebabCase("pipeline", name);
  if (!Number.isSafeInteger(seed))
    throw new PipelineError("the seed must be an integer", {
      where: `${name}.seed`,
      got: String(seed),
      exitCode: EXIT.usage,
    });
  const outputs = Object.fromEntries(
    Object.entries(definition.outputs).map(([output, refs]) => {
      checkIdentifier("an output", output);
      return [output, "node" in refs ? [refs] : refs];
    }),
  );
  const nodes = nodesBehind(Object.values(outputs).flat());
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const node = (id: string): NodeDefinition => {
    const found = byId.get(id);
    if (found !== undefined) return found;
    throw new PipelineError(`there is no node ${id}`, {
      where: id,
      hint: suggest(id, [...byId.keys()]),
      exitCode: EXIT.usage,
    });
  };
  const withParams = (settings: readonly ParamSetting[]): Pipeline => {
    for (const setting of settings) node(setting.node);
    const placedAgain = new Map<NodeDefinition, NodeDefinition>();
    const rewired = (ref: Ref): Ref => ({ ...ref, node: placedAgain.get(ref.node)! });
    for (const old of nodes) {
      const own = settings.filter((setting) => setting.node === old.id);
      const inputs = Object.entries(old.inputs).map(([input, ref]) => [input, rewired(ref)]);
      const rawParams = own.length === 0 ? old.rawParams : withSettings(old, own);
      placedAgain.set(old, placeNode(old.stage, Object.fromEntries(inputs), rawParams, old.id));
    }
    const again = Object.entries(outputs).map(([output, refs]) => [output, refs.map(rewired)]);
    return definePipeline({ name, seed, outputs: Object.fromEntries(again) });
  };
  return { name, seed, nodes, outputs, node, withParams };
}

/** Depth first from the outputs, so that every node follows those that it reads. */
function nodesBehind(outputs: readonly Ref[]): readonly NodeDefinition[] {
  const byId = new Map<string, NodeDefinition>();
  const visit = (node: NodeDefinition): void => {
    const other = byId.get(node.id);
    if (other === node) return;
    for (const ref of Object.values(node.inputs)) visit(ref.node);
    if (other !== undefined || byId.has(node.id))
      throw new PipelineError(`two nodes are called ${node.id}`, {
        where: node.id,
        hint: `place one of them with a name of its own: { as: "${node.id}-2" }`,
        exitCode: EXIT.usage,
      });
    byId.set(node.id, node);
  };
  for (const ref of outputs) visit(ref.node);
  return [...byId.values()];
}

/** A node's raw parameters with settings merged in, each string read as the schema wants it. */
function withSettings(node: NodeDefinition, settings: readonly ParamSetting[]): unknown {
  const merged = (values: readonly unknown[]): unknown =>
    settings.reduce(
      (raw: unknown, { path }, index) => replaced(raw, path, values[index]),
      node.rawParams,
    );
  const asWritten = settings.map(({ value }) => value);
  const first = parseParams(node.stage.params, merged(asWritten));
  if ("value" in first) return merged(asWritten);
  const asJson = settings.map(({ path, value }) =>
    first.problems.some((problem) => overlap(problem.path, path)) ? jsonOr(value) : value,
  );
  const second = parseParams(node.stage.params, merged(asJson));
  if ("value" in second) return merged(asJson);
  const problem = second.problems[0]!;
  throw paramError(node.id, {
    ...problem,
    hint: problem.hint ?? `parameters: ${knownParams(node.stage.params).join(", ")}`,
  });
}

function replaced(raw: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(raw))
    return raw.map((item, index) => (String(index) === key ? replaced(item, rest, value) : item));
  const object = typeof raw === "object" && raw !== null ? raw : {};
  const below = (object as Record<string, unknown>)[key];
  return { ...object, [key]: replaced(below, rest, value) };
}

function overlap(a: readonly PropertyKey[], b: readonly string[]): boolean {
  const length = Math.min(a.length, b.length);
  return a.slice(0, length).every((key, index) => String(key) === b[index]);
}

function jsonOr(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
