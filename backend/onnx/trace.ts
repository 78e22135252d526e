import * as tf from "@tensorflow/tfjs-core";
import type { Program, TensorSpecs, Tensors } from "../backend.ts";
import { checkSpecs, resultSpecs } from "../border.ts";
import { registerGradients } from "../gradients.ts";
import { withTfjsBackend } from "../with-tfjs-backend.ts";
import { constant, type ElementType, type Graph, type Node, node } from "./graph.ts";
import { TRACE_RULES } from "./trace-rules.ts";

const BACKEND_NAME = "trace";

/** What tfjs takes for a tensor's data: the node that will compute it. */
interface Handle {
  readonly node: Node;
}

/** A tfjs backend that computes nothing: its tensors are nodes of a graph. */
class TraceBackend extends tf.KernelBackend {
  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    return { node: constant(values as tf.TypedArray, shape, dtype) } satisfies Handle;
  }
  override incRef(): void {}
  override refCount(): number {
    return 1;
  }
  override disposeData(): boolean {
    return true;
  }
  override readSync(): never {
    throw new Error("it reads a tensor's value, and while it is traced there is none");
  }
  override async read(): Promise<never> {
    return this.readSync();
  }
  override numDataIds(): number {
    return 0;
  }
  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }
  override floatPrecision(): 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override dispose(): void {}
}

function tensorInfo(result: Node): tf.TensorInfo {
  const handle: Handle = { node: result };
  // Programs are traced in float32; halve() comes later.
  const dtype = result.dtype as Exclude<ElementType, "float16">;
  return { dataId: handle, shape: [...result.shape], dtype };
}

const nodeOf = (tensor: tf.TensorInfo) => (tensor.dataId as Handle).node;

let registered = false;

/** Registers the backend and its kernels with tfjs, once a process. */
function register(): void {
  if (registered) return;
  registered = true;
  registerGradients();
  tf.registerBackend(BACKEND_NAME, () => new TraceBackend(), 0);
  for (const [kernelName, rule] of Object.entries(TRACE_RULES)) {
    const kernelFunc: tf.KernelFunc = ({ inputs, attrs }) => {
      const operands: Record<string, Node> = {};
      // A kernel that takes a list (Concat, Pack) gets an array, whose names are positions.
      for (const [name, info] of Object.entries(inputs)) if (info) operands[name] = nodeOf(info);
      const result = rule(operands, attrs ?? {});
      return Array.isArray(result) ? result.map(tensorInfo) : tensorInfo(result as Node);
    };
    tf.registerKernel({ kernelName, backendName: BACKEND_NAME, kernelFunc });
  }
}

function placeholders(specs: TensorSpecs, resident: boolean): Tensors {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape, dtype }]) => {
      const input = node("Input", [], { name, resident }, shape, dtype);
      return [name, tf.engine().makeTensorFromTensorInfo(tensorInfo(input))];
    }),
  );
}

/**
 * Runs a program once, recording what it would compute. Throws an Error with the program's name where it cannot be
 * compiled: it reads a value, uses an op without a rule, or returns what does not fit the state's specs.
 */
export function trace(program: Program, stateSpecs: TensorSpecs): Graph {
  register();
  const where = `program "${program.name}"`;
  return withTfjsBackend(BACKEND_NAME, () => {
    tf.engine().startScope(program.name);
    try {
      const result = program.run(
        placeholders(program.state, true),
        placeholders(program.inputs, false),
      );
      const updates = result.state ?? {};
      checkSpecs(where, stateSpecs, resultSpecs(where, updates));
      resultSpecs(where, result.outputs);
      const nodes = (tensors: Tensors) =>
        new Map(Object.entries(tensors).map(([name, tensor]) => [name, nodeOf(tensor)]));
      return { name: program.name, state: nodes(updates), outputs: nodes(result.outputs) };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message.startsWith(where)) throw error;
      throw new Error(`${where} cannot be compiled: ${message}`, { cause: error });
    } finally {
      tf.engine().endScope();
    }
  });
}
