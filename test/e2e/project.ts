import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { Command, type Left, ROOT } from "./command.ts";
import { corpus, taskFile } from "./corpus.ts";

const INDEX = JSON.stringify(pathToFileURL(join(ROOT, "index.ts")).href);

/** The nodes that need no model. */
const PREPARATION = `
const { documents } = ingest({}, { sources: [text({ files: "corpus/*.txt" })], heldout: { share: 0.2 } });
const { tokenizer } = wordpieceVocab({ documents }, { size: 200 });
const { sentences } = tokenize({ documents, tokenizer });
const { examples } = sopPairs({ sentences, tokenizer }, { maxSeqLength: 48, auditLimits: { heldoutOverlap: 1 } });`;

/** A model of a second's training on one task. */
const TRAINING = `
const model = albert("mini", { embeddingSize: 16, hiddenSize: 32, numAttentionHeads: 2, intermediateSize: 64, maxPositionEmbeddings: 48 });
const { checkpoint, curve, scores } = train(
  { examples, tokenizer },
  { model, numTrainSteps: 4, trainBatchSize: 8, logEverySteps: 2, evaluateEverySteps: 2, heldoutSample: 8 },
);
const { data } = localFolder({}, { path: "tasks/toy" });
const { scores: taskScores, predictions } = evaluate(
  { checkpoint, data },
  { task: glueTask("SST-2"), numTrainSteps: 3, trainBatchSize: 8, maxSeqLength: 24 },
);`;

/** Configs of small pipelines. */
export const CONFIGS = {
  /** Corpus to examples. */
  preparation: config(PREPARATION, "examples"),
  /** Corpus to scores. */
  whole: config(PREPARATION + TRAINING, "scores: [scores, taskScores], curve, predictions"),
};

/** The text of a config with some more lines before its export. */
export function config(body: string, outputs: string, imports = ""): string {
  return `import * as all from ${INDEX};
${imports}
const { albert, definePipeline, evaluate, glueTask, ingest, jsonl, localFolder, sopPairs, text, tokenize, train, wordpieceVocab } = all;
${body}
export default definePipeline({ name: "small", seed: 7, outputs: { ${outputs} } });
`;
}

/** A folder with a corpus, a task and a config, once it is made; disposing of it ends its commands and removes it. */
export class Project implements Disposable {
  readonly folder = join(tmpdir(), `pipeline-e2e-${randomUUID()}`);
  readonly store = join(this.folder, "artifacts");
  readonly #files: Readonly<Record<string, string>>;
  readonly #commands: Command[] = [];

  constructor(configText: string, documents: Readonly<Record<string, string>> = corpus()) {
    const named = Object.entries(documents).map(([name, text]) => [`corpus/${name}`, text]);
    this.#files = {
      ...Object.fromEntries(named),
      "tasks/toy/train.tsv": taskFile(40, 1),
      "tasks/toy/dev.tsv": taskFile(20, 2),
      "pipeline.config.ts": configText,
    };
  }

  make(): this {
    for (const [name, text] of Object.entries(this.#files)) this.file(name, text);
    return this;
  }

  /** Writes a file and gives its path. */
  file(name: string, content: string | Uint8Array): string {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  start(...args: readonly string[]): Command {
    return this.startWith({}, ...args);
  }

  /** Starts a command with environment variables. */
  startWith(variables: NodeJS.ProcessEnv, ...args: readonly string[]): Command {
    const command = new Command(this.folder, args, variables);
    this.#commands.push(command);
    return command;
  }

  run(...args: readonly string[]): Promise<Left> {
    return this.start(...args).ended;
  }

  [Symbol.dispose](): void {
    for (const command of this.#commands) command.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}
