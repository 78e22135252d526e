import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What a page carries to be read without a network. */
export interface PageCode {
  readonly script: string;
  /** uPlot's own style sheet. */
  readonly style: string;
}

/** Bundles the page's script with uPlot, from the TypeScript source or from what it was compiled to. */
export async function bundlePage(): Promise<PageCode> {
  const { build } = await import("esbuild");
  const here = fileURLToPath(import.meta.url);
  const entry = join(dirname(here), "client", `main${extname(here)}`);
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    legalComments: "inline",
    // Ends no script element early, whatever a string holds.
    charset: "ascii",
    logLevel: "silent",
  });
  const uplot = createRequire(import.meta.url).resolve("uplot");
  return {
    script: outputFiles[0]!.text.trim().replaceAll("</script", "<\\/script"),
    style: await readFile(join(dirname(uplot), "uPlot.min.css"), "utf8"),
  };
}
