import type { Asked } from "./probe.ts";
import { probeBackend } from "./select.ts";

process.once("message", async ({ names, options }: Asked) => {
  for (const name of names) {
    const probe = await probeBackend(name, options);
    await new Promise((resolve) => process.send!(probe, resolve));
  }
});
