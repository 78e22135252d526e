import { suggest } from "../../engine/index.ts";
import { usage } from "../arguments.ts";

/** A file as it is published. */
export interface Published {
  readonly url: string;
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * What is published of one task, and which files its folder gets of it: `keep` as they are, `unzip` by their names in
 * the archive, `mrpc` as GLUE's script makes them, `passages` with RACE's many files joined.
 */
export interface PublishedTask {
  readonly name: string;
  readonly downloads: readonly Published[];
  readonly make: {
    readonly how: "keep" | "unzip" | "mrpc" | "passages";
    /** What the task's folder has in the end. */
    readonly files: readonly string[];
  };
}

export interface DataSet {
  readonly name: string;
  readonly tasks: readonly PublishedTask[];
}

const GLUE_URL = "https://dl.fbaipublicfiles.com/glue/data/";
const SENTEVAL_URL = "https://dl.fbaipublicfiles.com/senteval/senteval_data/";
const SQUAD_URL = "https://rajpurkar.github.io/SQuAD-explorer/dataset/";

const threeFiles = ["train.tsv", "dev.tsv", "test.tsv"];

function zipped(
  name: string,
  archive: string,
  bytes: number,
  sha256: string,
  files: readonly string[] = threeFiles,
): PublishedTask {
  const url = `${GLUE_URL}${archive}`;
  return { name, downloads: [{ url, sha256, bytes }], make: { how: "unzip", files } };
}

/** Addresses of GLUE's download script; sizes and sha256 as huggingface/datasets recorded them (dataset_infos.json). */
const GLUE: DataSet = {
  name: "glue",
  tasks: [
    zipped(
      "MNLI",
      "MNLI.zip",
      312783507,
      "e7c1d896d26ed6caf700110645df426cc2d8ebf02a5ab743d5a5c68ac1c83633",
      [
        "train.tsv",
        "dev_matched.tsv",
        "dev_mismatched.tsv",
        "test_matched.tsv",
        "test_mismatched.tsv",
      ],
    ),
    zipped(
      "QNLI",
      "QNLIv2.zip",
      10627589,
      "e634e78627a29adaecd4f955359b22bf5e70f2cbd93b493f2d624138a0c0e5f5",
    ),
    zipped(
      "QQP",
      "QQP-clean.zip",
      41696084,
      "40e7c862c04eb26ee04b67fd900e76c45c6ba8e6d8fab4f8f1f8072a1a3fbae0",
    ),
    zipped(
      "RTE",
      "RTE.zip",
      697150,
      "6bf86de103ecd335f3441bd43574d23fef87ecc695977a63b82d5efb206556ee",
    ),
    zipped(
      "SST-2",
      "SST-2.zip",
      7439277,
      "d67e16fb55739c1b32cdce9877596db1c127dc322d93c082281f64057c16deaa",
    ),
    {
      name: "MRPC",
      downloads: [
        {
          url: `${SENTEVAL_URL}msr_paraphrase_train.txt`,
          sha256: "60a9b09084528f0673eedee2b69cb941920f0b8cd0eeccefc464a98768457f89",
          bytes: 1047044,
        },
        {
          url: `${SENTEVAL_URL}msr_paraphrase_test.txt`,
          sha256: "a04e271090879aaba6423d65b94950c089298587d9c084bf9cd7439bd785f784",
          bytes: 441275,
        },
        {
          url: `${GLUE_URL}mrpc_dev_ids.tsv`,
          sha256: "971d7767d81b997fd9060ade0ec23c4fc31cbb226a55d1bd4a1bac474eb81dc7",
          bytes: 6222,
        },
      ],
      make: { how: "mrpc", files: threeFiles },
    },
    zipped(
      "CoLA",
      "CoLA.zip",
      376971,
      "f212fcd832b8f7b435fb991f101abf89f96b933ab400603bf198960dfc32cbff",
    ),
    zipped(
      "STS-B",
      "STS-B.zip",
      802872,
      "e60a6393de5a8b5b9bac5020a1554b54e3691f9d600b775bd131e613ac179c85",
    ),
    zipped(
      "WNLI",
      "WNLI.zip",
      28999,
      "ae0e8e4d16f4d46d4a0a566ec7ecceccfd3fbfaa4a7a4b4e02848c0f2561ac46",
    ),
    {
      name: "AX",
      downloads: [
        {
          url: `${GLUE_URL}AX.tsv`,
          sha256: "0e13510b1bb14436ff7e2ee82338f0efb0133ecf2e73507a697dc210db3f05fd",
          bytes: 222257,
        },
      ],
      make: { how: "keep", files: ["AX.tsv"] },
    },
  ],
};

const SQUAD: DataSet = {
  name: "squad",
  tasks: [
    squad("v1.1", [
      [
        "train-v1.1.json",
        30288272,
        "3527663986b8295af4f7fcdff1ba1ff3f72d07d61a20f487cb238a6ef92fd955",
      ],
      [
        "dev-v1.1.json",
        4854279,
        "95aa6a52d5d6a735563366753ca50492a658031da74f301ac5238b03966972c9",
      ],
    ]),
    squad("v2.0", [
      [
        "train-v2.0.json",
        42123633,
        "68dcfbb971bd3e96d5b46c7177b16c1a4e7d4bdef19fb204502738552dede002",
      ],
      [
        "dev-v2.0.json",
        4370528,
        "80a5225e94905956a6446d296ca1093975c4d3b3260f1d6c8f68bc2ab77182d8",
      ],
    ]),
  ],
};

function squad(
  name: string,
  files: readonly (readonly [name: string, bytes: number, sha256: string])[],
): PublishedTask {
  return {
    name,
    downloads: files.map(([file, bytes, sha256]) => ({
      url: `${SQUAD_URL}${file}`,
      sha256,
      bytes,
    })),
    make: { how: "keep", files: files.map(([file]) => file) },
  };
}

/** The texts of one level and split each; the archive holds a JSON file a passage. */
const RACE: DataSet = {
  name: "race",
  tasks: [
    {
      name: "RACE",
      downloads: [
        {
          url: "http://www.cs.cmu.edu/~glai1/data/race/RACE.tar.gz",
          sha256: "b2769cc9fdc5c546a693300eb9a966cec6870bd349fbc44ed5225f8ad33006e5",
          bytes: 25443609,
        },
      ],
      make: {
        how: "passages",
        files: ["train", "dev", "test"].flatMap((split) =>
          ["middle", "high"].map((level) => `${split}-${level}.jsonl`),
        ),
      },
    },
  ],
};

const DATA_SETS: Readonly<Record<string, DataSet>> = { glue: GLUE, squad: SQUAD, race: RACE };

/** A data set, or some of its tasks. A usage error names the nearest where a name is wrong. */
export function dataSet(name: string, tasks: readonly string[]): DataSet {
  const whole = Object.hasOwn(DATA_SETS, name) ? DATA_SETS[name] : undefined;
  if (whole === undefined)
    throw usage(`there is no data set ${name}`, { hint: suggest(name, Object.keys(DATA_SETS)) });
  if (tasks.length === 0) return whole;
  const names = whole.tasks.map((task) => task.name);
  const wrong = tasks.find((task) => !names.includes(task));
  if (wrong !== undefined)
    throw usage(`${name} has no task ${wrong}`, { hint: suggest(wrong, names) });
  return { ...whole, tasks: whole.tasks.filter((task) => tasks.includes(task.name)) };
}
