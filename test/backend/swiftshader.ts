import { existsSync } from "node:fs";

/** Where Debian's chromium keeps a driver that computes on the processor what a GPU would. */
const DRIVER = "/usr/lib/chromium/vk_swiftshader_icd.json";

/** Lets Vulkan find SwiftShader in this process, unless a driver is named already. */
export function offerSwiftShader(): void {
  if (existsSync(DRIVER)) process.env["VK_ICD_FILENAMES"] ??= DRIVER;
}
