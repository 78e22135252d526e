/**
 * Runs many commands in one process, which is faster than a process for each: reads a JSON array of arguments from
 * its own argument and prints a JSON array of what each left behind.
 */
import { main } from "../../cli/main.ts";
import type { Left } from "./rig.ts";

const cwd = process.cwd();
const all: Left[] = [];
for (const args of JSON.parse(process.argv[2]!) as string[][]) {
  const said = { stdout: "", stderr: "" };
  const stream = (name: "stdout" | "stderr") =>
    ({
      isTTY: false,
      write(text: string) {
        said[name] += text;
        return true;
      },
    }) as unknown as NodeJS.WriteStream;
  process.chdir(cwd);
  const status = await main(args, {
    stdin: process.stdin,
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    env: { ...process.env, GITHUB_ACTIONS: process.env["RIG_ACTIONS"] },
    cwd,
    unread: new AbortController().signal,
  });
  all.push({ status, signal: null, ...said });
}
console.log(JSON.stringify(all));
process.exit(0);
