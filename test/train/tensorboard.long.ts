import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { selectBackend } from "../../backend/select.ts";
import { MODEL } from "./rig.ts";
import { trained } from "./trained.ts";

const python = process.env["PEER_PYTHON"];
const script = fileURLToPath(new URL("../gold/check_tensorboard.py", import.meta.url));

test.skipIf(python === undefined)("TensorBoard finds the curve in the event files", async () => {
  const on = await selectBackend("onnxruntime", { threads: 1 });
  const raw = { model: MODEL, numTrainSteps: 9, logEverySteps: 2, evaluateEverySteps: 4 };
  const { curve, trustRatios, folder } = await trained({ on, raw });
  await on.dispose();
  const out = execFileSync(python!, [script, join(folder, "tensorboard")], { encoding: "utf8" });
  const found = JSON.parse(out.slice(out.indexOf("{")));
  const points = (split: string) =>
    curve
      .filter((row) => row.split === split)
      .map((row) => [row.step, Math.fround(row.masked_lm_loss)]);
  expect(found.train.masked_lm_loss).toEqual(points("train"));
  expect(found.heldout.masked_lm_loss).toEqual(points("heldout"));
  const { tensor } = trustRatios[0]!;
  expect(found.train[`trust_ratio/${tensor}`]).toHaveLength(4);
});
