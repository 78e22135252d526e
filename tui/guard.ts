import { spawn } from "node:child_process";

/**
 * Waits for its standard input to end, which it does when the process that holds the other end is gone in whatever
 * way, and puts the terminal's modes and screen back. Signals meant for the run do not concern it, and the terminal
 * may be written to though another program is in its foreground by then.
 */
const SCRIPT = `
trap '' HUP INT TERM TTOU
modes=$(stty -g <&1 2>/dev/null)
read -r word
[ -n "$modes" ] && stty "$modes" <&1 2>/dev/null
printf '%s' "$1"
`;

/**
 * Gives a terminal back should this process die without a word: killed for want of memory, or aborted by a native
 * library. A shell waits beside it until disposed of; where there is none, nothing is guarded. `restore` is what the
 * terminal is written then.
 */
export function guardTerminal(restore: string): Disposable {
  if (process.platform === "win32") return { [Symbol.dispose]() {} };
  const child = spawn("/bin/sh", ["-c", SCRIPT, "guard", restore], {
    stdio: ["pipe", "inherit", "ignore"],
  });
  child.on("error", () => {});
  child.stdin.on("error", () => {});
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  return { [Symbol.dispose]: () => void child.kill("SIGKILL") };
}
