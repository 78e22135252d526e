import { expect } from "vitest";
import type { RunEvent } from "../../engine/index.ts";
import type { Left } from "./command.ts";

/** What a terminal acts on or hides: controls but line feeds, direction overrides, isolates and marks. */
const UNSAFE = /[^\P{Cc}\n]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** What a command that failed as expected must have said. */
export interface Failure {
  readonly status: number;
  /** The message, then each detail by the name under which it is shown. */
  readonly error: string | RegExp;
  readonly where?: string | RegExp;
  readonly expected?: string | RegExp;
  readonly got?: string | RegExp;
  readonly do?: string | RegExp;
}

/** Checks the exit code and the one error on standard error, each of its details, and that no stack is there. */
export function expectFailure(left: Left, { status, error, ...details }: Failure): void {
  const { stderr, stdout } = left;
  expectSafe(left);
  expect(stderr + stdout).not.toMatch(/^\s+at /m);
  expect(stderr + stdout).not.toContain("This is a bug");
  expect(stderr.match(/^error: /gm) ?? [], stderr).toHaveLength(1);
  expectText(/^error: (.*)$/m.exec(stderr)?.[1], error);
  for (const [name, wanted] of Object.entries(details)) {
    const shown = new RegExp(`^  ${name.padEnd(9)}((?:.|\n {11})*)$`, "m").exec(stderr)?.[1];
    expect(shown, `${name} in ${stderr}`).toBeDefined();
    expectText(shown, wanted);
  }
  expect(left.status).toBe(status);
}

/** Checks that nothing that a terminal acts on is in what was said. */
export function expectSafe({ stdout, stderr }: Left): void {
  expect(stdout + stderr).not.toMatch(UNSAFE);
}

/** Checks that a command ended with 0 and complained of nothing. */
export function expectDone(left: Left): void {
  expect(left.stderr).toBe("");
  expect(left.status, left.stdout).toBe(0);
  expectSafe(left);
}

/** What became of each node, by the events of its run. */
export function outcomes(events: readonly RunEvent[]): Readonly<Record<string, "fresh" | "ran">> {
  return Object.fromEntries(
    events.flatMap((event) => (event.type === "node-finished" ? [[event.node, event.how]] : [])),
  );
}

function expectText(shown: string | undefined, wanted: string | RegExp): void {
  if (typeof wanted === "string") expect(shown).toContain(wanted);
  else expect(shown).toMatch(wanted);
}
