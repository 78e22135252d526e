import { PipelineError } from "../../engine/index.ts";

const COLUMNS = ["#1 ID", "#2 ID", "#1 String", "#2 String"];

/**
 * The three files of GLUE's MRPC from those of Microsoft Research: pairs of the training file whose ids GLUE lists are
 * its development set, the test file gets an index and loses its labels. Lines stay in their order and as they are.
 */
export function splitMrpc(
  train: string,
  test: string,
  devIds: string,
): Record<"train.tsv" | "dev.tsv" | "test.tsv", string> {
  const listed = new Set(linesOf(devIds));
  const [trainHeader, ...pairs] = linesOf(train);
  const [, ...tested] = linesOf(test);
  const isListed = (line: string) => {
    const [, first, second] = line.split("\t");
    return listed.has(`${first}\t${second}`);
  };
  const dev = pairs.filter(isListed);
  if (dev.length !== listed.size)
    throw new PipelineError("MRPC: the development set cannot be told apart", {
      where: "mrpc_dev_ids.tsv",
      expected: `${listed.size} pairs in msr_paraphrase_train.txt`,
      got: `${dev.length}`,
    });
  const unlabelled = tested.map((line, index) => [index, ...line.split("\t").slice(1)].join("\t"));
  return {
    "train.tsv": joined([trainHeader!, ...pairs.filter((line) => !isListed(line))]),
    "dev.tsv": joined([trainHeader!, ...dev]),
    "test.tsv": joined([["index", ...COLUMNS].join("\t"), ...unlabelled]),
  };
}

function linesOf(text: string): string[] {
  return text
    .replace(/^\ufeff/, "")
    .replace(/\r?\n$/, "")
    .split(/\r?\n/);
}

function joined(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
