/**
 * GLUE from the default experiment's checkpoint, whose stages it shares: every task of which the folder GLUE_DIR has
 * files, with the table of scores beside baselines and the paper's, how much of it is in the pretraining text, and a
 * submission of what test files there are.
 *
 *   GLUE_DIR=$PWD/glue npx pipeline run --config configs/glue.config.ts
 *
 * The paper's own hyperparameters are for models a hundred times as large: this one wants a higher rate and few epochs.
 * Without `finetuning` they are the paper's; `seeds: 5` gives five runs of each task.
 */
import { definePipeline, glue, PipelineError } from "../index.ts";
import { documents, pretrained } from "../pipeline.config.ts";

const folder = process.env["GLUE_DIR"];
if (folder === undefined || folder === "")
  throw new PipelineError("GLUE_DIR does not say where GLUE is", {
    where: "configs/glue.config.ts",
    expected: "a folder with a folder for each task, such as CoLA and RTE",
    got: "nothing",
    hint: "GLUE_DIR=$PWD/glue npx pipeline run --config configs/glue.config.ts",
    exitCode: 2,
  });

const { table, contamination, submission } = await glue(
  { ...pretrained, documents },
  {
    folder,
    seeds: 1,
    submission: "partial",
    finetuning: {
      learningRate: 5e-4,
      trainBatchSize: 32,
      numTrainEpochs: 3,
      maxSeqLength: 128,
      maxTrainExamples: 5_000,
    },
  },
);

export default definePipeline({
  name: "albert-sotu-glue",
  seed: 42,
  outputs: { contamination, ...(submission && { submission }), glue: table },
});
