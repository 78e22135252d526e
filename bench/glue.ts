import { median } from "../lib/spread.ts";
import { albert } from "../model/config.ts";
import type { GlueTask } from "../stages/eval/index.ts";
import { type FineTuned, FineTuningRig } from "./fine-tuning.ts";
import type { Bench } from "./result.ts";

const TASKS: readonly GlueTask[] = ["CoLA", "RTE"];
const TUNING = { epochs: 1, batch: 32, learningRate: 1e-4, maxSeqLength: 128 };

/**
 * Fine-tuning and prediction of CoLA and RTE, ALBERT tiny, beside transformers' Trainer on torch CPU: wall time from
 * texts to predictions; `[rounds] [random|grouped] [task…]`. The Trainer pads a batch to its longest example (run_glue.py
 * pads to the maximum), and with `grouped` draws batches of about one length.
 */
export const run: Bench = async ([rounds = "2", drawn = "random", ...names]) => {
  const grouped = drawn === "grouped";
  const chosen = names.length === 0 ? TASKS : (names as GlueTask[]);
  const rig = await FineTuningRig.create(albert("tiny"));
  try {
    console.log(rig.description);
    console.log(
      `${TUNING.epochs} epoch, batches of ${TUNING.batch}, at most ${TUNING.maxSeqLength} pieces; ours: batches of about one length, ` +
        `padded to one of few; peer: padded to the longest of the batch${grouped ? ", batches of about one length" : ""}`,
    );
    const tasks = await Promise.all(chosen.map((name) => rig.task(name)));
    const seconds = { ours: [] as number[], peer: [] as number[] };
    for (let round = 0; round < Number(rounds); round++) {
      let [ours, peer] = [0, 0];
      for (const task of tasks) {
        const tuning = { ...TUNING, seed: round };
        const told = (who: string, { seconds }: FineTuned) =>
          console.log(`round ${round + 1}, ${task.task.name}: ${who} ${seconds.toFixed(1)} s`);
        const mine = await rig.ours(task, tuning);
        told("ours", mine);
        const theirs = await rig.theirs(task, tuning, grouped);
        told("peer", theirs);
        ours += mine.seconds;
        peer += theirs.seconds;
      }
      seconds.ours.push(ours);
      seconds.peer.push(peer);
    }
    const [ours, peer] = [median(seconds.ours), median(seconds.peer)];
    return { bench: "glue", ratio: peer / ours, ours, peer, unit: "s", rounds: seconds };
  } finally {
    await rig.stop();
  }
};
