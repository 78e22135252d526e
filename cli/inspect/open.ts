import {
  type Artifact,
  type Columns,
  type InputFolder,
  type InputRows,
  type InputTable,
  inputSource,
  type Output,
  openInputs,
  type RowColumns,
} from "../../engine/index.ts";

/** An output of an artifact, opened for reading; of a table only as many parts as hold its first `rows` rows. */
export async function openOutput(
  artifact: Artifact,
  output: string,
  type: Output,
  rows = Number.POSITIVE_INFINITY,
): Promise<InputTable<Columns> | InputRows<RowColumns> | InputFolder> {
  const source = inputSource(artifact, output, type);
  let held = 0;
  const parts = source.parts.filter((part) => {
    const wanted = held < rows;
    held += part.rows;
    return wanted;
  });
  const { opened } = await openInputs({ opened: { ...source, parts } });
  return opened as InputTable<Columns> | InputRows<RowColumns> | InputFolder;
}
