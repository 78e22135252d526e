import type { Commands } from "./command.ts";

/** All commands, in the order of the help; each is loaded when it is called for. */
export const commands: Commands = {
  init: {
    summary: "make a project that runs, from a few questions",
    load: async () => (await import("./init.ts")).init,
  },
  estimate: {
    summary: "say what trainings will take, before they begin",
    load: async () => (await import("./estimate.ts")).estimate,
  },
  run: {
    summary: "bring what is stale up to date",
    load: async () => (await import("./run.ts")).run,
  },
  watch: {
    summary: "show a run of another terminal, or one that is over",
    load: async () => (await import("./watch.ts")).watch,
  },
  logs: {
    summary: "print what a node said and did in a run",
    load: async () => (await import("./logs.ts")).logs,
  },
  status: {
    summary: "say which nodes are fresh and which are stale",
    load: async () => (await import("./status.ts")).status,
  },
  why: {
    summary: "say what differs from the last artifact of a node",
    load: async () => (await import("./why.ts")).why,
  },
  inspect: {
    summary: "show rows of a table as a person reads them",
    load: async () => (await import("./inspect.ts")).inspect,
  },
  graph: {
    summary: "draw the graph of nodes as text, mermaid or dot",
    load: async () => (await import("./graph.ts")).graph,
  },
  runs: {
    summary: "look back: list runs, show one, compare two",
    load: async () => (await import("./runs.ts")).runs,
  },
  report: {
    summary: "write one HTML file of what was done and what came of it",
    load: async () => (await import("./report.ts")).report,
  },
  encode: {
    summary: "print the pieces, ids and offsets of a text",
    load: async () => (await import("./encode.ts")).encode,
  },
  fetch: {
    summary: "download evaluation data and check it",
    load: async () => (await import("./fetch.ts")).fetch,
  },
  path: {
    summary: "print the folder of a table's Parquet parts",
    load: async () => (await import("./path.ts")).path,
  },
  doctor: {
    summary: "say what this machine offers and what is missing",
    load: async () => (await import("./doctor.ts")).doctor,
  },
  completion: {
    summary: "print a script that completes words in bash, zsh or fish",
    load: async () => (await import("./completion.ts")).completion,
  },
};
