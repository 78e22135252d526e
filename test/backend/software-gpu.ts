import { existsSync } from "node:fs";
import { test } from "vitest";
import type { Backend } from "../../backend/backend.ts";

/** Where Debian's chromium keeps a driver that computes on the processor what a GPU would. */
const DRIVER = "/usr/lib/chromium/vk_swiftshader_icd.json";

/** Lets Vulkan find SwiftShader in this process, unless a driver is named already. */
export function offerSwiftShader(): void {
  if (existsSync(DRIVER)) process.env["VK_ICD_FILENAMES"] ??= DRIVER;
}

/** Runs tests of a backend on whatever GPU there is, SwiftShader if no other; skips them, with the reason, where there is none. */
export async function onGpu(
  name: string,
  create: () => Promise<Backend>,
  tests: (name: string, create: () => Promise<Backend>) => void,
): Promise<void> {
  offerSwiftShader();
  const missing = await create().then(
    () => undefined,
    (error: Error) => error.message,
  );
  if (missing === undefined) tests(name, create);
  else test.skip(`${name}: ${missing}`, () => {});
}
