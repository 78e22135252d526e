/** Rows of numbers from a generated table: numbers in base 36, commas between them, blanks between rows. */
export function* readRuns(text: string): Generator<number[]> {
  for (const run of text.split(" "))
    yield run.split(",").map((number) => Number.parseInt(number, 36));
}
