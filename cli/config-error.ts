import { readFile } from "node:fs/promises";
import { EXIT, PipelineError } from "../engine/index.ts";

/** esbuild, which reads TypeScript, says `FILE:LINE:COLUMN: ERROR: TEXT`. */
const SYNTAX = /^(.+:\d+:\d+): ERROR: (.*)$/m;
const COMMON_JS =
  /Unexpected token 'export'|Cannot use import statement|Cannot require\(\) ES Module/;

/** What is wrong with a config that could not be loaded, with the line where that is known. */
export async function configError(file: string, error: unknown): Promise<PipelineError> {
  const message = error instanceof Error ? error.message : String(error);
  const fail = (what: string, where: string, hint?: string): PipelineError =>
    new PipelineError(what, {
      where,
      ...(hint !== undefined && { hint }),
      exitCode: EXIT.usage,
      cause: error,
    });

  if (COMMON_JS.test(message))
    return fail("the config is an ES module, but is read as CommonJS", file, MODULE_HINT);
  const syntax = SYNTAX.exec(error instanceof SyntaxError ? await esbuildSays(file) : message);
  if (syntax !== null) return fail(`the config cannot be read: ${syntax[2]}`, syntax[1]!);
  const missing = /^Cannot find (?:package|module) '([^']+)'/.exec(message);
  if (missing !== null) return fail(message.split("\n")[0]!, file, missingHint(missing[1]!));
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const name = error instanceof Error ? error.name : "thrown";
  return fail(`the config failed: ${name}: ${message}`, topFrame(stack) ?? file);
}

const MODULE_HINT = `put "type": "module" into the package.json above it, or let its name end in .mjs or .ts`;

/** Node does not tell the line of a syntax error to those who catch it. */
async function esbuildSays(file: string): Promise<string> {
  const { transform } = await import("esbuild");
  const options = { loader: "ts", sourcefile: file, logLevel: "silent" } as const;
  return transform(await readFile(file, "utf8"), options).then(
    () => "",
    (error: Error) => error.message,
  );
}

function missingHint(what: string): string {
  if (what.startsWith("/") || what.startsWith(".") || what.startsWith("file:"))
    return "mend the path of the import";
  const [scope, name] = what.split("/");
  return `npm install ${scope!.startsWith("@") ? `${scope}/${name}` : scope}`;
}

/** The place of the topmost frame that is in a file outside of node_modules and of Node itself. */
function topFrame(stack: string): string | undefined {
  const frames = stack.matchAll(
    /^\s+at (?:async )?(?:.*\()?(?:file:\/\/)?(\/[^()\n]+:\d+:\d+)\)?$/gm,
  );
  for (const [, place = ""] of frames) {
    if (!place.includes("/node_modules/")) return decodeURI(place);
  }
  return undefined;
}
