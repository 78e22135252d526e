import { execFile } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

/** TensorFlow's headers and shared libraries, as pip or Google's archive of the C library lays them out. */
export interface TensorflowLibrary {
  readonly include: string;
  /** Folder of the shared libraries, which find their own (CUDA's) relative to it. */
  readonly folder: string;
  readonly core: string;
  readonly framework: string;
}

const LAYOUTS = [
  { folder: ".", core: "libtensorflow_cc.so.2", framework: "libtensorflow_framework.so.2" },
  { folder: "lib", core: "libtensorflow.so.2", framework: "libtensorflow_framework.so.2" },
] as const;

const HEADER = "tensorflow/c/eager/c_api.h";

/** Prints where the package lies, and does not import it: that takes seconds. */
const ASK =
  'import importlib.util as u; s = u.find_spec("tensorflow"); print(s.submodule_search_locations[0] if s else "")';

function libraryAt(root: string): TensorflowLibrary | undefined {
  const include = join(root, "include");
  if (!existsSync(join(include, HEADER))) return undefined;
  for (const { folder, core, framework } of LAYOUTS) {
    const found = { include, folder: join(root, folder), core, framework };
    if ([core, framework].every((name) => existsSync(join(found.folder, name)))) return found;
  }
  return undefined;
}

/** The TensorFlow that a Python would import; undefined where there is no such Python or it has none. */
async function libraryOf(python: string): Promise<TensorflowLibrary | undefined> {
  try {
    const { stdout } = await promisify(execFile)(python, ["-c", ASK], { timeout: 60_000 });
    return stdout.trim() === "" ? undefined : libraryAt(stdout.trim());
  } catch {
    return undefined;
  }
}

/**
 * The TensorFlow at a path (its folder, a virtual environment or a Python interpreter), or, without one, that of the
 * active environment's Python or of the first on the path. Throws an Error that says where it looked.
 */
export async function findLibrary(
  path: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): Promise<TensorflowLibrary> {
  if (path !== undefined) {
    const root = resolve(path);
    if (!existsSync(root)) throw new Error(`there is nothing at ${root}`);
    const found = statSync(root).isDirectory()
      ? (libraryAt(root) ??
        libraryAt(join(root, "tensorflow")) ??
        (await libraryOf(pythonOf(root))))
      : await libraryOf(root);
    if (found !== undefined) return found;
    throw new Error(
      `no TensorFlow at ${root}: a folder with include/${HEADER} and libtensorflow_cc.so.2, a virtual environment or a Python that has it was expected`,
    );
  }
  const environments = [env["VIRTUAL_ENV"], env["CONDA_PREFIX"]].filter((each) => each);
  const pythons = [...environments.map((each) => pythonOf(each!)), "python3", "python"];
  for (const python of pythons) {
    const found = await libraryOf(python);
    if (found !== undefined) return found;
  }
  throw new Error(
    `none of ${pythons.join(", ")} has TensorFlow: install it (\`pip install tensorflow[and-cuda]\` for CUDA cards, \`tensorflow-cpu\` without one), or name the folder or the Python that has it`,
  );
}

const pythonOf = (environment: string) => join(environment, "bin", "python");
