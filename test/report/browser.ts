import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const PROGRAMS = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The browser of this machine, where there is one: tests that need it skip without. */
export const browserPath = PROGRAMS.find((path) => path !== undefined && existsSync(path));

/** Starts the browser without a sandbox of its own: containers forbid it. */
export function startBrowser(): Promise<Browser> {
  if (browserPath === undefined) throw new Error("no chromium here");
  return chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
}

/** A page opened from a file, with all that it complained of and asked for. */
export interface OpenedPage {
  readonly page: Page;
  readonly complaints: readonly string[];
  /** Addresses other than the file's own. */
  readonly requests: readonly string[];
}

export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const page = await (await browser.newContext(options)).newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (request.url() !== url) requests.push(request.url());
  });
  await page.goto(url);
  return { page, complaints, requests };
}
