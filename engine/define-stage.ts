import type { z } from "zod";
import { EXIT, PipelineError } from "./error.ts";
import { checkIdentifier, checkKebabCase } from "./name.ts";
import { paramError, parseParams } from "./params.ts";
import type { NodeDefinition, PlaceOptions, Ref, Refs, Stage, StageSpec } from "./stage.ts";
import type { Output, Outputs } from "./table.ts";

/**
 * Defines a stage. Calling the result places it: wires its inputs, parses its parameters and gives back what
 * later stages can be wired to. Throws a PipelineError where wiring or parameters are wrong.
 */
export function defineStage<I extends Outputs, O extends Outputs, P extends z.ZodType>(
  spec: StageSpec<I, O, P>,
): Stage<I, O, P> {
  checkKebabCase("stage", spec.name);
  for (const name of Object.keys(spec.inputs)) checkIdentifier("an input", name);
  for (const name of Object.keys(spec.outputs)) checkIdentifier("an output", name);
  if (spec.partitionBy !== undefined && spec.inputs[spec.partitionBy]?.kind !== "table")
    throw new PipelineError(`${spec.name}: partitionBy must name an input that is a table`, {
      where: spec.name,
      got: spec.partitionBy,
      exitCode: EXIT.usage,
    });
  if (spec.partitionBy !== undefined && spec.files !== undefined)
    throw new PipelineError(`${spec.name}: a map stage cannot read outside files`, {
      where: spec.name,
      hint: "read the files in a stage of their own and hand on a table",
      exitCode: EXIT.usage,
    });

  const place = (inputs: Readonly<Record<string, Ref>>, params?: unknown, options?: PlaceOptions) =>
    refs(
      placeNode(
        spec as unknown as NodeDefinition["stage"],
        inputs,
        params === undefined ? {} : params,
        options?.as ?? spec.name,
      ),
    );
  return Object.assign(place, { spec }) as unknown as Stage<I, O, P>;
}

/** A node with its wiring checked and its parameters parsed; also how a node is made again with other parameters. */
export function placeNode(
  stage: NodeDefinition["stage"],
  inputs: Readonly<Record<string, Ref>>,
  rawParams: unknown,
  id: string,
): NodeDefinition {
  checkKebabCase("node", id);
  const own = wired(id, stage.inputs, inputs);
  const params = Object.entries(own).map(([input, { node }]) => [input, node.params]);
  const inherited = stage.inherits?.(Object.fromEntries(params)) ?? {};
  const parsed = parseParams(stage.params, overlaid(inherited, rawParams));
  if ("problems" in parsed) throw paramError(id, parsed.problems[0]!);
  return { id, stage, rawParams, params: parsed.value, inputs: own };
}

/** Objects merged key by key, however deep; what is given goes before. */
function overlaid(inherited: unknown, given: unknown): unknown {
  if (given === undefined) return inherited;
  if (!isPlainObject(inherited) || !isPlainObject(given)) return given;
  const keys = new Set([...Object.keys(inherited), ...Object.keys(given)]);
  const merged = Array.from(keys, (key) => [key, overlaid(inherited[key], given[key])] as const);
  return Object.fromEntries(merged);
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

function refs(node: NodeDefinition): Refs<Outputs> {
  return Object.fromEntries(
    Object.entries(node.stage.outputs).map(([output, type]) => [output, { node, output, type }]),
  );
}

/** The declared inputs of those given. The types say the same; the checks are for configs without them. */
function wired(
  id: string,
  wanted: Outputs,
  given: Readonly<Record<string, Ref | undefined>>,
): Readonly<Record<string, Ref>> {
  const inputs = Object.entries(wanted).map(([name, output]): [string, Ref] => {
    const where = `${id}.${name}`;
    const expected = described(output);
    const ref = given[name];
    if (ref?.node === undefined)
      throw new PipelineError(`${where} is not wired`, {
        where,
        expected,
        got: Object.keys(given).join(", ") || "nothing",
        exitCode: EXIT.usage,
      });
    const got = described(ref.type);
    if (got !== expected)
      throw new PipelineError(`${where} cannot read ${ref.node.id}.${ref.output}`, {
        where,
        expected,
        got,
        exitCode: EXIT.usage,
      });
    return [name, ref];
  });
  return Object.fromEntries(inputs);
}

function described(output: Output): string {
  if (output.kind === "folder") return "a folder";
  const columns = Object.entries(output.columns).map(([name, type]) => `${name} ${type}`);
  return `${output.kind === "table" ? "a table" : "a row table"} of ${columns.join(", ")}`;
}
