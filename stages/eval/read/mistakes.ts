import { extname } from "node:path";
import { PipelineError } from "../../../engine/index.ts";
import type { Split, Task } from "../task.ts";
import type { LabelReader } from "./label.ts";
import { type Asked, type FileRows, shown } from "./rows.ts";

export function unknownFormat(
  task: Task,
  file: string,
  extensions: readonly string[],
): PipelineError {
  return new PipelineError(`${task.name}: the format of ${file} is not known`, {
    where: file,
    expected: `a name that ends in ${extensions.join(", ")}`,
    got: extname(file) === "" ? "no extension" : extname(file),
    hint: "say the task's format",
  });
}

export function headerIsExample(
  task: Task,
  { file, labelAt }: Asked,
  header: readonly string[],
): PipelineError {
  return new PipelineError(`${task.name}: the first line of ${file} is an example, not a header`, {
    where: `${file}, line 1`,
    expected: "the columns' names",
    got: `the label ${shown(header[labelAt!])}`,
    hint: "set the task's header to false",
  });
}

export function brokenRecord(task: Task, where: string, got: string): PipelineError {
  return new PipelineError(`${task.name}: a record is broken`, {
    where,
    expected: "a record like the others",
    got,
    hint: "mend the file, or set the task's skipBrokenLines to pass such records over",
  });
}

export function noText(task: Task, where: string, value: unknown): PipelineError {
  return new PipelineError(`${task.name}: a text is no string`, {
    where,
    expected: "a string",
    got: shown(value),
    hint: "are the task's texts the right columns?",
  });
}

export function noId(task: Task, where: string, value: unknown): PipelineError {
  return new PipelineError(`${task.name}: an id is neither a string nor a whole number`, {
    where,
    expected: "an id of its own for every example",
    got: shown(value),
  });
}

export function duplicateId(task: Task, id: string, other: string, where: string): PipelineError {
  return new PipelineError(`${task.name}: two examples have the id ${shown(id)}`, {
    where,
    expected: "an id of its own for every example",
    got: `the id of ${other}`,
  });
}

/** `first` where it stands in the first line of a file that is said to have no header. */
export function wrongLabel(
  task: Task,
  where: string,
  value: unknown,
  labels: LabelReader,
  { labelNames }: FileRows,
  first: boolean,
): PipelineError {
  return new PipelineError(`${task.name}: a label is none that the task knows`, {
    where,
    expected: labels.expected,
    got: shown(value),
    hint: hintOf(),
  });

  function hintOf(): string {
    if (value === "" || value === null || Number(value) === -1)
      return "a split whose labels are kept back belongs into the task's test";
    if (first) return "if this line names the columns, set the task's header to true";
    const number = typeof value === "number" || typeof value === "bigint";
    if (number && labelNames === undefined && task.labelNumbers === undefined)
      return "say what the numbers 0, 1, … mean as the task's labelNumbers";
    return "is this the task's own folder, and its label the right column?";
  }
}

export function noExample(task: Task, { file }: Split, skipped: number): PipelineError {
  return new PipelineError(`${task.name}: ${file} holds no example`, {
    where: file,
    expected: "a line an example",
    got: skipped > 0 ? `${skipped} broken lines` : "an empty file",
  });
}
