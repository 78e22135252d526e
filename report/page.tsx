import { createHash } from "node:crypto";
import { renderToStaticMarkup } from "react-dom/server";
import { formatSeconds } from "../lib/format.ts";
import { bundlePage, type PageCode } from "./bundle.ts";
import { clean } from "./clean.ts";
import { DATA_ID, type PageData } from "./client/data.ts";
import type { Report } from "./collect/report.ts";
import type { Training } from "./collect/training.ts";
import { measureName } from "./names.ts";
import { Comparisons } from "./sections/comparison.tsx";
import { CorpusSection } from "./sections/corpus.tsx";
import { ExamplesSection } from "./sections/examples.tsx";
import { LineageSection, MachineSection } from "./sections/lineage.tsx";
import { Overview } from "./sections/overview.tsx";
import { verbatim } from "./sections/parts.tsx";
import { Run } from "./sections/run.tsx";
import { Scores } from "./sections/scores.tsx";
import { TrainingCurves } from "./sections/training.tsx";
import { VocabularySection } from "./sections/vocabulary.tsx";
import { STYLE } from "./style.ts";

export interface PageOptions {
  /** Of albert-pipeline. */
  readonly version: string;
  /** When the report is made. */
  readonly now: Date;
}

/** The report as one HTML document that loads nothing and runs no script but its own. */
export async function renderPage(report: Report, options: PageOptions): Promise<string> {
  const code = await bundlePage();
  const markup = renderToStaticMarkup(<Page report={clean(report)} code={code} {...options} />);
  return `<!doctype html>\n${markup}\n`;
}

function Page(props: { readonly report: Report; readonly code: PageCode } & PageOptions) {
  const { report, code, version, now } = props;
  const style = `${STYLE}${code.style}`;
  const policy = [
    "default-src 'none'",
    `style-src ${hash(style)}`,
    `script-src ${hash(code.script)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta httpEquiv="Content-Security-Policy" content={policy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>{`${report.pipeline}: report`}</title>
        <style {...verbatim(style)} />
      </head>
      <body>
        <Head report={report} />
        <main>
          <Problems problems={report.problems} />
          <Overview report={report} />
          <Comparisons comparisons={report.comparisons} />
          <Scores {...report} />
          <Run graph={report.graph} run={report.run} />
          <TrainingCurves trainings={report.training} />
          {report.corpus === undefined ? null : <CorpusSection corpus={report.corpus} />}
          {report.vocabulary === undefined ? null : (
            <VocabularySection vocabulary={report.vocabulary} />
          )}
          {report.examples === undefined ? null : (
            <ExamplesSection examples={report.examples} audit={report.audit} />
          )}
          <LineageSection lineage={report.lineage} />
          <MachineSection run={report.run} lineage={report.lineage} version={version} />
        </main>
        <footer>
          Made by albert-pipeline {version} on {now.toISOString().slice(0, 16).replace("T", " ")}{" "}
          UTC. This page loads nothing from a network.
        </footer>
        <script type="application/json" id={DATA_ID} {...verbatim(json(dataOf(report.training)))} />
        <script {...verbatim(code.script)} />
      </body>
    </html>
  );
}

function Head({ report }: { readonly report: Report }) {
  const { run } = report;
  return (
    <header>
      <h1>{report.pipeline}</h1>
      <p className="lead">
        {run === undefined
          ? "What is in the store of this pipeline; no log of a run is left."
          : `A run of ${new Date(run.startedAt).toISOString().slice(0, 16).replace("T", " ")} UTC: ${STATES[run.state]} ${formatSeconds(run.seconds)}.`}
        {
          " An ALBERT language model, from raw text to scores: which text it learnt from, what it was asked, how training went and what it can do."
        }
      </p>
      <nav aria-label="Sections">
        <ul>
          {sectionsOf(report).map(([id, title]) => (
            <li key={id}>
              <a href={`#${id}`}>{title}</a>
            </li>
          ))}
        </ul>
      </nav>
    </header>
  );
}

const STATES = {
  done: "done in",
  failed: "failed after",
  interrupted: "stopped after",
  unfinished: "not finished after",
} as const;

function sectionsOf(report: Report): readonly (readonly [id: string, title: string])[] {
  const all: readonly (readonly [string, string, boolean])[] = [
    ["comparison", "Variants", report.comparisons.length > 0],
    ["scores", "Scores", report.scores.length + report.confusions.length + report.glue.length > 0],
    ["run", "Pipeline", true],
    ["training", "Training", report.training.length > 0],
    ["corpus", "Corpus", report.corpus !== undefined],
    ["vocabulary", "Vocabulary", report.vocabulary !== undefined],
    ["examples", "Examples", report.examples !== undefined],
    ["lineage", "Lineage", report.lineage.length > 0],
    ["machine", "Machine and versions", true],
  ];
  return all.flatMap(([id, title, there]) => (there ? [[id, title] as const] : []));
}

function Problems({ problems }: { readonly problems: readonly string[] }) {
  if (problems.length === 0) return null;
  return (
    <div className="problems">
      <b>Not all could be read:</b>
      <ul>
        {problems.map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
      </ul>
    </div>
  );
}

function dataOf(trainings: readonly Training[]): PageData {
  return {
    trainings: trainings.map(({ node, curves }) => ({
      node,
      curves: curves.map(({ name, train, heldout, baseline }) => {
        const [trained, held] = [new Map(train), new Map(heldout)];
        const steps = [...new Set([...trained.keys(), ...held.keys()])].sort((a, b) => a - b);
        return {
          name,
          title: measureName(name),
          steps,
          train: steps.map((step) => trained.get(step) ?? null),
          heldout: steps.map((step) => held.get(step) ?? null),
          baseline: baseline ?? null,
        };
      }),
    })),
  };
}

/** As text within a script element, which no string in it can end. */
function json(data: PageData): string {
  return JSON.stringify(data).replaceAll("<", "\\u003c").replaceAll(">", "\\u003e");
}

/** How a policy names the one style sheet or script that may be used. */
function hash(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
