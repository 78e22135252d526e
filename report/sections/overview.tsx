import { formatCount, formatNumber, formatSeconds } from "../../lib/format.ts";
import type { Report } from "../collect/report.ts";
import { counted, percent } from "../names.ts";
import { Stat } from "./parts.tsx";

/** What the report is of, and the numbers that one would ask for first. */
export function Overview({ report }: { readonly report: Report }) {
  return (
    <section aria-label="Overview">
      <dl className="stats">
        {statsOf(report).map((stat) => (
          <Stat key={stat.label} {...stat} />
        ))}
      </dl>
    </section>
  );
}

interface StatText {
  readonly label: string;
  readonly value: string;
  readonly note: string;
}

function statsOf(report: Report): readonly StatText[] {
  const { corpus, vocabulary, examples, scores, graph } = report;
  const stats: StatText[] = [];
  const add = (label: string, value: string, note: string): void => {
    stats.push({ label, value, note });
  };
  const total = (numbers: readonly number[]): number =>
    numbers.reduce((sum, each) => sum + each, 0);
  if (corpus !== undefined) {
    const documents = corpus.funnel.at(-1)?.documents ?? 0;
    const sentences = total(corpus.groups.map((group) => group.sentences));
    add("Documents", formatCount(documents), `${formatCount(sentences)} sentences`);
  }
  if (vocabulary !== undefined && vocabulary.kinds.length > 0) {
    const pieces = total(vocabulary.kinds.map(([, count]) => count));
    add("Vocabulary", formatCount(pieces), "pieces of words");
  }
  if (examples !== undefined)
    add("Examples", formatCount(examples.read.allRows), "to pretrain and check on");
  for (const score of scores.filter(({ better }) => better === "higher").slice(0, 3))
    add(
      `${score.task} ${score.metric}`,
      formatNumber(score.median),
      score.baseline === undefined
        ? score.split
        : `${score.baselineName || "baseline"} reaches ${formatNumber(score.baseline)}`,
    );
  const cached = graph.nodes.filter(({ outcome }) => outcome === "fresh");
  if (report.run !== undefined)
    add(
      "This run",
      formatSeconds(report.run.seconds),
      cached.length === 0
        ? counted(graph.nodes.length, "node")
        : `${cached.length} of ${counted(graph.nodes.length, "node")} cached (${percent(cached.length / graph.nodes.length)})`,
    );
  return stats;
}
