import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A program beside which ours is measured: it says what it is, then answers each line with one. */
export interface Peer {
  readonly description: string;
  ask(line: string): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts bench/peers/`script`: Python in PEER_PYTHON (else python3), `.mjs` and `.ts` in this Node. Throws where it ends
 * instead of answering.
 */
export async function startPeer(
  script: string,
  options: unknown,
  environment: Readonly<Record<string, string>> = {},
): Promise<Peer> {
  const program = /\.(mjs|ts)$/.test(script)
    ? process.execPath
    : (process.env["PEER_PYTHON"] ?? "python3");
  const loader = script.endsWith(".ts") ? ["--import", "tsx"] : [];
  const path = fileURLToPath(new URL(`./peers/${script}`, import.meta.url));
  const child = spawn(program, [...loader, path, JSON.stringify(options)], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...environment },
  });
  const failed = once(child, "error").then(([error]) => {
    throw new Error(`the peer does not start: ${program}: ${(error as Error).message}`);
  });
  failed.catch(() => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const { value, done } = await Promise.race([lines.next(), failed]);
    if (done)
      throw new Error(
        `the peer ended early: ${path} imports what ${program} does not have (for Python set PEER_PYTHON)`,
      );
    return value;
  };
  return {
    description: await answer(),
    ask(line) {
      child.stdin.write(`${line}\n`);
      return answer();
    },
    async stop() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}
