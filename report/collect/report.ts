import type { RunFacts } from "../run-facts.ts";
import { type AuditRow, collectAudit } from "./audit.ts";
import { type Comparison, collectComparisons } from "./comparison.ts";
import { type Corpus, collectCorpus } from "./corpus.ts";
import { collectExamples, type Examples } from "./examples.ts";
import { collectGlue, type GlueRow } from "./glue.ts";
import { collectGraph, type Graph } from "./graph.ts";
import { collectLengths, type ScoreByLength } from "./lengths.ts";
import { collectLineage, type Lineage } from "./lineage.ts";
import { collectMistakes, type Mistake } from "./mistakes.ts";
import { type Confusion, collectConfusions, collectScores, type Score } from "./scores.ts";
import type { ReportSource } from "./source.ts";
import { collectTraining, type Training } from "./training.ts";
import { collectVocabulary, type Vocabulary } from "./vocabulary.ts";

/** All that a report says, as plain values. Strings may come from data. */
export interface Report {
  readonly pipeline: string;
  readonly seed: number;
  readonly run: RunFacts | undefined;
  readonly graph: Graph;
  readonly comparisons: readonly Comparison[];
  readonly scores: readonly Score[];
  readonly confusions: readonly Confusion[];
  readonly lengths: readonly ScoreByLength[];
  readonly glue: readonly GlueRow[];
  readonly mistakes: readonly Mistake[];
  readonly training: readonly Training[];
  readonly corpus: Corpus | undefined;
  readonly vocabulary: Vocabulary | undefined;
  readonly examples: Examples | undefined;
  readonly audit: readonly AuditRow[];
  readonly lineage: readonly Lineage[];
  /** What could not be read, and why: the rest is reported all the same. */
  readonly problems: readonly string[];
}

/** Reads what there is to say. A damaged or missing artifact costs its section, never the report. */
export async function collectReport(source: ReportSource): Promise<Report> {
  const problems: string[] = [];
  const attempt = async <T>(what: string, otherwise: T, read: () => Promise<T>): Promise<T> => {
    try {
      return await read();
    } catch (error) {
      problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return otherwise;
    }
  };
  const scores = await attempt("scores", [], () => collectScores(source));
  return {
    pipeline: source.pipeline.name,
    seed: source.pipeline.seed,
    run: source.run,
    graph: collectGraph(source),
    comparisons: await attempt("comparisons", [], () => collectComparisons(source)),
    scores,
    confusions: await attempt("predictions", [], () => collectConfusions(source)),
    lengths: await attempt("scores by length", [], () => collectLengths(source)),
    glue: await attempt("GLUE table", [], () => collectGlue(source)),
    mistakes: await attempt("mistakes", [], () => collectMistakes(source)),
    training: await attempt("training curves", [], () => collectTraining(source, scores)),
    corpus: await attempt("corpus", undefined, () => collectCorpus(source)),
    vocabulary: await attempt("vocabulary", undefined, () => collectVocabulary(source)),
    examples: await attempt("examples", undefined, () => collectExamples(source)),
    audit: await attempt("audit", [], () => collectAudit(source)),
    lineage: collectLineage(source),
    problems,
  };
}
