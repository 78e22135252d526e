import { createInterface } from "node:readline";
import { ourTrainer } from "../training.ts";

/** A process of its own for each backend: says what it is, then answers each number of steps with the seconds they took. */
const trainer = await ourTrainer(JSON.parse(process.argv[2]!));
console.log(trainer.description);
for await (const line of createInterface({ input: process.stdin }))
  console.log(await trainer.run(Number(line)));
await trainer.stop();
