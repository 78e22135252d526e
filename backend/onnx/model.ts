import { Message } from "../../lib/protobuf-writer.ts";

/** ONNX element types and their numbers. Source: onnx.proto, TensorProto.DataType. */
const ELEMENT = { float32: 1, int32: 6, int64: 7, bool: 9, float16: 10 } as const;
export type OnnxType = keyof typeof ELEMENT;

/** Versions of the formats written: what onnxruntime 1.30 reads and the operators in lower.ts are defined in. */
const IR_VERSION = 10;
const OPSETS = [
  { domain: "", version: 21 },
  { domain: "com.microsoft", version: 1 },
  { domain: "com.microsoft.nchwc", version: 1 },
] as const;

export interface OnnxTensor {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape: readonly number[];
  /** Little-endian values; one byte each for bool. */
  readonly bytes: Uint8Array;
}

export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape: readonly number[];
}

/** An integer, a list of integers, or { float } where a floating-point attribute is meant. */
export type OnnxAttribute = number | readonly number[] | string | { readonly float: number };

export interface OnnxNode {
  readonly op: string;
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxModel {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

function attribute(name: string, value: OnnxAttribute): Message {
  const message = new Message().string(1, name);
  if (typeof value === "number") return message.integer(3, value).integer(20, 2);
  if (typeof value === "string") return message.string(4, value).integer(20, 3);
  if ("float" in value) return message.float(2, value.float).integer(20, 1);
  return message.integers(8, value).integer(20, 7);
}

function node({ op, domain, inputs, outputs, attributes }: OnnxNode): Message {
  const message = new Message().strings(1, inputs).strings(2, outputs).string(4, op);
  for (const [name, value] of Object.entries(attributes ?? {}))
    message.message(5, attribute(name, value));
  return domain === undefined ? message : message.string(7, domain);
}

function tensor({ name, type, shape, bytes }: OnnxTensor): Message {
  return new Message().integers(1, shape).integer(2, ELEMENT[type]).string(8, name).bytes(9, bytes);
}

function valueInfo({ name, type, shape }: OnnxValue): Message {
  const dimensions = shape.map((size) => new Message().integer(1, size));
  const tensorType = new Message()
    .integer(1, ELEMENT[type])
    .message(2, new Message().messages(1, dimensions));
  return new Message().string(1, name).message(2, new Message().message(1, tensorType));
}

/** Encodes a model as an ONNX file. Source of the field numbers: onnx.proto. */
export function encodeModel(model: OnnxModel): Uint8Array {
  const graph = new Message()
    .messages(1, model.nodes.map(node))
    .string(2, model.name)
    .messages(5, model.initializers.map(tensor))
    .messages(11, model.inputs.map(valueInfo))
    .messages(12, model.outputs.map(valueInfo));
  const opsets = OPSETS.map(({ domain, version }) =>
    new Message().string(1, domain).integer(2, version),
  );
  return new Message()
    .integer(1, IR_VERSION)
    .string(2, "albert-pipeline")
    .message(7, graph)
    .messages(8, opsets)
    .finish();
}
