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
  const refused = refusedValues(error);
  if (refused !== undefined)
    return fail(`the config is refused: ${refused}`, topFrame(stack, file) ?? file);
  const name = error instanceof Error ? error.name : "thrown";
  return fail(`the config failed: ${name}: ${message}`, topFrame(stack) ?? file);
}

const MODULE_HINT = `put "type": "module" into the package.json above it, or let its name end in .mjs or .ts`;

/** What zod has against the values that a preset or a task was given, each with its path. */
function refusedValues(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.name !== "ZodError" || !("issues" in error))
    return undefined;
  const issues = error.issues as readonly { path: readonly PropertyKey[]; message: string }[];
  return issues
    .map(({ path, message }) => [path.map(String).join("."), message])
    .map((words) => words.filter((word) => word !== "").join(": "))
    .join("; ");
}

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

/** The place of the topmost frame that is in a file outside of node_modules and of Node itself, or in just one file. */
function topFrame(stack: string, only = ""): string | undefined {
  const frames = stack.matchAll(
    /^\s+at (?:async )?(?:.*\()?(?:file:\/\/)?(\/[^()\n]+:\d+:\d+)\)?$/gm,
  );
  for (const [, place = ""] of frames) {
    const named = decodeURI(place);
    if (!named.includes("/node_modules/") && named.startsWith(only)) return named;
  }
  return undefined;
}
