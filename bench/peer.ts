import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A Python program beside which ours is measured: it says what it is, then answers each line with one. */
export interface Peer {
  readonly description: string;
  ask(line: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts bench/peers/`script` in PEER_PYTHON (else python3). Throws where it ends instead of answering. */
export async function startPeer(script: string, options: unknown): Promise<Peer> {
  const python = process.env["PEER_PYTHON"] ?? "python3";
  const path = fileURLToPath(new URL(`./peers/${script}`, import.meta.url));
  const child = spawn(python, [path, JSON.stringify(options)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const failed = once(child, "error").then(([error]) => {
    throw new Error(`the peer does not start: ${python}: ${(error as Error).message}`);
  });
  failed.catch(() => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const { value, done } = await Promise.race([lines.next(), failed]);
    if (done)
      throw new Error(
        `the peer ended early: set PEER_PYTHON to a Python with what ${path} imports (now ${python})`,
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
