import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import picomatch from "picomatch";
import { PipelineError } from "../../../engine/index.ts";
import { splitsOf, type Task } from "../task.ts";

/** The names of a split's files in the task's folder: the one that is named, or all that a pattern with `*` means. */
export async function filesOf(task: Task, folder: string, file: string): Promise<string[]> {
  const found = await matchingFiles(folder, file);
  if (found.length === 0) throw await notThere(task, folder, file);
  return found;
}

/** A name itself, or all names in a folder, in order, that a pattern with `*` or `{}` means. */
export async function matchingFiles(folder: string, file: string): Promise<string[]> {
  if (!/[*{]/.test(file)) return [file];
  const matches = picomatch(file);
  return (await readdir(folder).catch(() => [])).filter((name) => matches(name)).sort();
}

/** Whether a split's files are in the task's folder. */
export async function isThere(folder: string, file: string): Promise<boolean> {
  const matches = picomatch(file);
  const found = await readdir(folder).catch(() => []);
  return found.some((name) => (file.includes("*") ? matches(name) : name === file));
}

/** A file's text. A PipelineError where it cannot be read or is not UTF-8. */
export async function readText(task: Task, folder: string, file: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(join(folder, file));
  } catch (cause) {
    throw await notThere(task, folder, file, cause);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new PipelineError(`${task.name}: ${file} is not UTF-8`, {
      where: file,
      expected: "UTF-8",
      got: "bytes that are not",
      hint: "convert it, for instance with iconv -f latin1 -t utf-8",
      cause,
    });
  }
}

/** The error of a file that is not there, with what is. */
export async function notThere(
  task: Task,
  folder: string,
  file: string,
  cause?: unknown,
): Promise<PipelineError> {
  const found = (await readdir(folder).catch(() => [])).sort();
  return new PipelineError(`${task.name}: ${file} cannot be read`, {
    where: file,
    expected: splitsOf(task)
      .map((split) => split.file)
      .join(", "),
    got: found.length === 0 ? "an empty folder" : found.slice(0, 20).join(", "),
    hint: "is this the task's own folder? Else give the files' names as the task's train, dev and test",
    cause,
  });
}
