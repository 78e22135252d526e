import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { EXIT, PipelineError } from "../engine/index.ts";

/** What is wrong with a config that could not be loaded, with the line where that is known. */
export function configError(file: string, error: unknown): PipelineError {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const fail = (what: string, where: string, hint?: string): PipelineError =>
    new PipelineError(what, {
      where,
      ...(hint !== undefined && { hint }),
      exitCode: EXIT.usage,
      cause: error,
    });

  // esbuild, which reads TypeScript, says `FILE:LINE:COLUMN: ERROR: TEXT`.
  const syntax = /^(.+:\d+:\d+): ERROR: (.*)$/m.exec(message);
  if (syntax !== null) return fail(`the config cannot be read: ${syntax[2]}`, syntax[1]!);

  const missing = /^Cannot find (?:package|module) '([^']+)'/.exec(message);
  if (missing !== null) return fail(message.split("\n")[0]!, file, missingHint(missing[1]!));

  // Node begins the stack of a SyntaxError with `FILE:LINE`; other errors have it in their topmost frame.
  const head = /^(?:file:\/\/)?(\/[^\n]+:\d+)\n/.exec(stack)?.[1];
  return fail(
    `the config failed: ${error instanceof Error ? error.name : "thrown"}: ${message}`,
    head ?? topFrame(stack) ?? file,
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
  for (const [, place] of stack.matchAll(/^\s+at .*?\(?((?:file:\/\/)?\/[^()\n]+:\d+:\d+)\)?$/gm)) {
    if (place!.includes("/node_modules/")) continue;
    const path = place!.startsWith("file://") ? pathOf(place!) : place!;
    return relative(process.cwd(), path).startsWith("..") ? path : relative(process.cwd(), path);
  }
  return undefined;
}

function pathOf(place: string): string {
  const [, url = place, position = ""] = /^(.*?)(:\d+:\d+)$/.exec(place) ?? [];
  return fileURLToPath(url) + position;
}
