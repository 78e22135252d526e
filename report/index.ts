export { collectReport, type Report } from "./collect/report.ts";
export { openSource, type ReportSource } from "./collect/source.ts";
export { type PageOptions, renderPage } from "./page.tsx";
export { factsOf, type NodeFacts, type Outcome, type RunFacts, readRun } from "./run-facts.ts";
