import { selectBackend } from "../../backend/select.ts";
import { drawParameters } from "../../model/drawing.ts";
import { optimiserSchema } from "../../model/optimiser.ts";
import { pretrainingPrograms } from "../../model/pretraining.ts";
import { processClock } from "../../stages/train/clock.ts";
// What a training loads besides.
import "../../stages/train/run.ts";
import type { FirstStepOptions } from "../first-step.ts";

/**
 * The process of a training as far as its first step: does all that comes before computing it, and prints the time of day
 * and the processor time that it took, both in seconds.
 */
const { config, shape, threads }: FirstStepOptions = JSON.parse(process.argv.at(-1)!);
const backend = await selectBackend("onnxruntime", { threads });
const programs = pretrainingPrograms(config, shape, optimiserSchema.parse({ name: "adamw" }));
const state = await backend.createState(programs.state);
const drawn = drawParameters(programs.parameters, config, 1);
await backend.compile(programs.gradients, state);
await backend.compile(programs.apply, state);
await state.write(await drawn);
const { seconds, cpuSeconds } = processClock();
console.log(performance.timeOrigin / 1000 + seconds, cpuSeconds);
await backend.dispose();
