import * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../../backend/backend.ts";
import {
  argMaxEquals,
  attention,
  dropout,
  gatherRows,
  gelu,
  geluErf,
  layerNorm,
  softmaxCrossEntropy,
} from "../../backend/ops.ts";
import { floats, integers, type Operands, positive, wave } from "./rig.ts";

/** An operation without a gradient, or whose gradient is not what is looked at. */
export interface KernelCase {
  readonly name: string;
  readonly inputs: Operands;
  run(tensors: Tensors): tf.Tensor | Tensors;
}

/** An operation that is differentiated by its float inputs; integers come beside them. */
export interface DifferentiableCase {
  readonly name: string;
  readonly inputs: Operands;
  readonly integers?: Operands;
  run(tensors: Tensors): tf.Tensor;
}

const x = wave([3, 4]);
const y = wave([3, 4], 5);
const row = wave([4], 3);
const column = wave([3, 1], 2);
const ids = integers([2, 3], 4, 0, 4, 1, 4, 0);
const seed = integers([], 2024);

/** Every differentiable operation that a model may use. */
export const DIFFERENTIABLE: readonly DifferentiableCase[] = [
  {
    name: "layerNorm",
    inputs: { x: wave([2, 3, 5]), gamma: positive([5]), beta: wave([5], 1) },
    run: ({ x, gamma, beta }) => layerNorm(x!, gamma!, beta!, 1e-5),
  },
  { name: "gelu", inputs: { x }, run: ({ x }) => gelu(tf.mul(x!, 3)) },
  { name: "geluErf", inputs: { x }, run: ({ x }) => geluErf(tf.mul(x!, 3)) },
  {
    name: "gatherRows, ids repeated and absent",
    inputs: { table: wave([6, 3]) },
    integers: { ids },
    run: ({ table, ids }) => gatherRows(table!, ids!),
  },
  {
    name: "gatherRows of a larger table",
    inputs: { table: wave([12, 3]) },
    integers: { ids },
    run: ({ table, ids }) => gatherRows(table!, ids!),
  },
  {
    name: "softmaxCrossEntropy",
    inputs: { logits: wave([3, 5]) },
    integers: { labels: integers([3], 4, 0, 2) },
    run: ({ logits, labels }) => softmaxCrossEntropy(tf.mul(logits!, 4), labels!),
  },
  {
    name: "attention",
    inputs: {
      query: wave([2, 2, 3, 4]),
      key: wave([2, 2, 3, 4], 1),
      value: wave([2, 2, 3, 4], 2),
    },
    integers: { padding: integers([2, 3], 0, 0, 0, 0, 0, 1) },
    run: ({ query, key, value, padding }) => {
      const bias = tf.mul(tf.cast(tf.reshape(padding!, [2, 1, 1, 3]), "float32"), -10_000);
      return attention(query!, key!, value!, bias, 0.5);
    },
  },
  {
    name: "dropout",
    inputs: { x: wave([5, 8]) },
    integers: { seed },
    run: ({ x, seed }) => dropout(x!, 0.4, seed!, 3),
  },
  { name: "add, broadcast", inputs: { x, row }, run: ({ x, row }) => tf.add(x!, row!) },
  { name: "sub, broadcast", inputs: { x, column }, run: ({ x, column }) => tf.sub(column!, x!) },
  { name: "mul, broadcast", inputs: { x, row }, run: ({ x, row }) => tf.mul(row!, x!) },
  {
    name: "div, broadcast",
    inputs: { x, d: positive([3, 1]) },
    run: ({ x, d }) => tf.div(x!, d!),
  },
  {
    name: "pow",
    inputs: { x: positive([3, 4]), y },
    run: ({ x, y }) => tf.pow(x!, y!),
  },
  { name: "maximum", inputs: { x, y }, run: ({ x, y }) => tf.maximum(x!, y!) },
  { name: "minimum", inputs: { x, y }, run: ({ x, y }) => tf.minimum(x!, y!) },
  { name: "neg", inputs: { x }, run: ({ x }) => tf.neg(x!) },
  { name: "abs", inputs: { x }, run: ({ x }) => tf.abs(x!) },
  { name: "square", inputs: { x }, run: ({ x }) => tf.square(x!) },
  { name: "sqrt", inputs: { x: positive([3, 4]) }, run: ({ x }) => tf.sqrt(x!) },
  { name: "rsqrt", inputs: { x: positive([3, 4]) }, run: ({ x }) => tf.rsqrt(x!) },
  { name: "exp", inputs: { x }, run: ({ x }) => tf.exp(x!) },
  { name: "log", inputs: { x: positive([3, 4]) }, run: ({ x }) => tf.log(x!) },
  { name: "tanh", inputs: { x }, run: ({ x }) => tf.tanh(x!) },
  { name: "sigmoid", inputs: { x }, run: ({ x }) => tf.sigmoid(x!) },
  { name: "erf", inputs: { x }, run: ({ x }) => tf.erf(x!) },
  { name: "relu", inputs: { x }, run: ({ x }) => tf.relu(x!) },
  { name: "sum over all", inputs: { x }, run: ({ x }) => tf.sum(x!) },
  { name: "sum over one", inputs: { x }, run: ({ x }) => tf.sum(x!, 0) },
  { name: "mean, kept", inputs: { x }, run: ({ x }) => tf.mean(x!, -1, true) },
  { name: "max", inputs: { x }, run: ({ x }) => tf.max(x!, 1) },
  { name: "softmax", inputs: { x }, run: ({ x }) => tf.softmax(x!) },
  { name: "logSoftmax", inputs: { x }, run: ({ x }) => tf.logSoftmax(x!) },
  ...[false, true].flatMap((transposeA) =>
    [false, true].map(
      (transposeB): DifferentiableCase => ({
        name: `matMul${transposeA ? ", first transposed" : ""}${transposeB ? ", second transposed" : ""}`,
        inputs: {
          a: wave(transposeA ? [2, 4, 3] : [2, 3, 4]),
          b: wave(transposeB ? [2, 5, 4] : [2, 4, 5], 1),
          p: wave(transposeA ? [3, 3] : [3, 3], 2),
        },
        run: ({ a, b, p }) => {
          const product = tf.matMul(a!, b!, transposeA, transposeB); // [2, 3, 5]
          const matrix = tf.reshape(tf.slice(product, [0, 0, 0], [1, 3, 5]), [3, 5]);
          return tf.matMul(matrix, tf.matMul(p!, matrix, transposeA, false), true, false);
        },
      }),
    ),
  ),
  {
    name: "matMul, one matrix for many",
    inputs: { a: wave([2, 3, 4]), b: wave([1, 4, 5], 1) },
    run: ({ a, b }) => tf.matMul(a!, b!),
  },
  {
    name: "transpose",
    inputs: { x: wave([2, 3, 4]) },
    run: ({ x }) => tf.transpose(x!, [1, 2, 0]),
  },
  { name: "reshape", inputs: { x }, run: ({ x }) => tf.tanh(tf.reshape(x!, [2, 6])) },
  { name: "expandDims", inputs: { x }, run: ({ x }) => tf.expandDims(x!, -1) },
  { name: "slice", inputs: { x }, run: ({ x }) => tf.slice(x!, [1, 1], [2, -1]) },
  {
    name: "pad",
    inputs: { x },
    run: ({ x }) =>
      tf.pad(
        x!,
        [
          [1, 0],
          [0, 2],
        ],
        3,
      ),
  },
  { name: "concat", inputs: { x, y }, run: ({ x, y }) => tf.concat([x!, y!], -1) },
  { name: "stack", inputs: { x, y }, run: ({ x, y }) => tf.stack([x!, y!], 1) },
  {
    name: "split",
    inputs: { x },
    run: ({ x }) => {
      const [first, second] = tf.split(x!, [1, 3], 1) as [tf.Tensor, tf.Tensor];
      return tf.add(tf.square(first), second);
    },
  },
  {
    name: "where",
    inputs: { x, y },
    run: ({ x, y }) => tf.where(tf.greater(x!, 0), tf.square(x!), y!),
  },
  {
    name: "gather",
    inputs: { x },
    integers: { ids: integers([4], 2, 0, 2, 2) },
    run: ({ x, ids }) => tf.gather(x!, ids as tf.Tensor1D),
  },
  { name: "clone and cast", inputs: { x }, run: ({ x }) => tf.cast(tf.clone(x!), "float32") },
];

const signed = integers([6], -7, -3, -1, 0, 3, 8);
const half = { data: floats(-2.5, -1.5, -0.5, 0.5, 1.5, 2.5), shape: [6] };
const ordered = { a: integers([4], 1, 2, 3, 4), b: integers([4], 2, 2, 2, 2) };

/** What a program may use besides. */
export const KERNEL_CASES: readonly KernelCase[] = [
  {
    name: "argMaxEquals, ties too",
    inputs: {
      logits: { data: floats(1, 3, 3, 2, 2, 2, 0, 0, 1), shape: [3, 3] },
      labels: integers([3], 2, 0, 2),
    },
    run: ({ logits, labels }) => argMaxEquals(logits!, labels!),
  },
  {
    name: "dropout of many elements",
    inputs: { x: positive([40, 300]), seed },
    run: ({ x, seed }) => ({ a: dropout(x!, 0.1, seed!, 0), b: dropout(x!, 0.5, seed!, 7) }),
  },
  {
    name: "integer arithmetic",
    inputs: { a: signed, b: integers([6], 2, -2, 3, 4, -5, -3) },
    run: ({ a, b }) => ({
      mod: tf.mod(a!, b!),
      floorDiv: tf.floorDiv(a!, b!),
      product: tf.mul(a!, b!),
      difference: tf.sub(a!, b!),
      most: tf.maximum(a!, b!),
      clipped: tf.clipByValue(a!, -2, 5),
      total: tf.sum(a!),
      float: tf.cast(a!, "float32"),
      negative: tf.neg(a!),
      magnitude: tf.abs(a!),
    }),
  },
  {
    name: "float remainders",
    inputs: { half },
    run: ({ half }) => ({
      floor: tf.floor(half!),
      mod: tf.mod(half!, 0.7),
      // Plain JavaScript's result claims to be an integer.
      floorDiv: tf.cast(tf.floorDiv(half!, tf.scalar(0.7)), "float32"),
      integer: tf.cast(half!, "int32"),
      bool: tf.cast(tf.cast(half!, "bool"), "float32"),
    }),
  },
  {
    name: "comparisons and logic",
    inputs: ordered,
    run: ({ a, b }) => {
      const int = (condition: tf.Tensor) => tf.cast(condition, "int32");
      const [low, high] = [tf.less(a!, 3), tf.greater(a!, 1)];
      return {
        equal: int(tf.equal(a!, b!)),
        notEqual: int(tf.notEqual(a!, b!)),
        greater: int(tf.greater(a!, b!)),
        greaterEqual: int(tf.greaterEqual(a!, b!)),
        less: int(tf.less(a!, b!)),
        lessEqual: int(tf.lessEqual(a!, b!)),
        and: int(tf.logicalAnd(low, high)),
        or: int(tf.logicalOr(low, high)),
        not: int(tf.logicalNot(low)),
      };
    },
  },
  {
    name: "where of rows and of integers",
    inputs: { x, y, ...ordered },
    run: ({ x, y, a, b }) => ({
      rows: tf.where(tf.tensor([[true], [false], [true]]), x!, y!),
      integers: tf.where(tf.greater(a!, b!), a!, b!),
    }),
  },
  {
    name: "reductions of any axes",
    inputs: { x: wave([2, 3, 4]) },
    run: ({ x }) => ({
      sum: tf.sum(x!, [0, 2]),
      mean: tf.mean(x!, [1], true),
      max: tf.max(x!, [0, 1]),
      min: tf.min(x!, -1),
      argMax: tf.argMax(x!, 1),
      none: tf.sum(tf.slice(x!, [0, 0, 0], [1, 1, 1])),
    }),
  },
  {
    name: "constants",
    inputs: { x },
    run: ({ x }) => ({
      fill: tf.fill([2, 2], 3),
      zeros: tf.zerosLike(x!),
      large: tf.ones([50, 50]),
      range: tf.range(1, 10, 3, "int32"),
      table: tf.add(x!, tf.tensor([1, 2, 3, 4])),
      half: tf.mul(tf.ones([3, 4]), tf.mul(x!, 0.5)),
    }),
  },
  {
    name: "oneHot, indices out of range too",
    inputs: { ids: integers([5], 0, 2, 1, -1, 3) },
    run: ({ ids }) => ({
      float: tf.oneHot(ids!, 3, 1, 0, "float32"),
      other: tf.oneHot(ids!, 3, 5, 2, "float32"),
      int: tf.oneHot(ids!, 3, 1, 0, "int32"),
    }),
  },
  {
    name: "unsortedSegmentSum, gather along an inner axis",
    inputs: { x, ids: integers([3], 1, 1, 4) },
    run: ({ x, ids }) => ({
      sums: tf.unsortedSegmentSum(x!, ids as tf.Tensor1D, 5),
      columns: tf.gather(x!, tf.minimum(ids!, tf.scalar(3, "int32")) as tf.Tensor1D, 1),
    }),
  },
  {
    name: "tile, unstack, addN, squaredDifference, transposes that cancel",
    inputs: { x, y },
    run: ({ x, y }) => ({
      tile: tf.tile(x!, [2, 3]),
      spread: tf.broadcastTo(tf.reshape(x!, [3, 1, 4]), [3, 2, 4]),
      unstack: tf.stack(tf.unstack(x!, 1).reverse()),
      addN: tf.addN([x!, y!, x!]),
      squared: tf.squaredDifference(x!, y!),
      same: tf.transpose(tf.transpose(x!)),
      moved: tf.transpose(tf.reshape(x!, [1, 3, 4]), [1, 0, 2]),
      nothing: tf.sub(tf.add(tf.mul(x!, 1), 0), 0),
    }),
  },
];
