import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import { parseHTML } from "linkedom";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { definePipeline, FileStore, run } from "../../engine/index.ts";
import { collectReport, openSource, type Report, readRun, renderPage } from "../../report/index.ts";
import { browserPath, openPage, startBrowser } from "./browser.ts";
import { corpus, HOSTILE, learn, pairs, pieces, words } from "./made.ts";

const { documents, rejected, duplicates } = corpus({}, {});
const { tokenizer, vocab } = pieces({}, {});
const { coverage } = words({ tokenizer }, {});
const { examples } = pairs({ documents, tokenizer }, {});
const { curve, scores, predictions } = learn({ examples }, {});
const pipeline = definePipeline({
  name: "made",
  seed: 7,
  outputs: { rejected, duplicates, vocab, coverage, curve, scores, predictions },
});
const OPTIONS = { version: "1.2.3", now: new Date(Date.UTC(2026, 10, 28, 12)) };

let folder: string;
let log: string;
let report: Report;
let html: string;
let url: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pipeline-report-"));
  const store = await FileStore.open(folder, { write: true });
  const result = await run(pipeline, { store, inline: true });
  await store.close();
  expect(result.failures).toEqual([]);
  log = result.log;
  report = await collected();
  html = await renderPage(report, OPTIONS);
  const file = join(folder, "report.html");
  writeFileSync(file, html);
  url = pathToFileURL(file).href;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function collected(): Promise<Report> {
  const store = await FileStore.open(folder, { write: false });
  return collectReport(await openSource(pipeline, store, await readRun(log)));
}

describe("what is collected", () => {
  it("counts the corpus, its duplicates and what was rejected", () => {
    expect(report.problems).toEqual([]);
    expect(report.corpus).toMatchObject({
      funnel: [{ node: "corpus", documents: 14 }],
      read: { rows: 14, allRows: 14 },
      duplicates: { count: 1 },
      rejected: { count: 1, samples: [{ line: 3 }] },
    });
    const sentences = report.corpus!.groups.reduce((sum, group) => sum + group.sentences, 0);
    expect(sentences).toBe(28);
  });

  it("counts examples and shows some as they were and as they are fed", () => {
    expect(report.examples).toMatchObject({
      maxLength: 8,
      fed: { mask: 20, kept: 20, replaced: 20 },
      read: { allRows: 20 },
    });
    const swapped = report.examples!.splits.map((split) => split.swapped);
    expect(swapped.reduce((sum, count) => sum + count, 0)).toBe(10);
    expect(report.examples!.samples).toHaveLength(6);
    expect(new Set(report.examples!.samples.map(({ order }) => order))).toEqual(new Set([0, 1]));
    const [first, second] = report.examples!.samples[0]!.segments;
    expect(first!.map(({ text, fed }) => [text, fed])).toEqual([
      ["[CLS]", undefined],
      ["<b>", "[MASK]"],
      ["</p>", undefined],
      ["[SEP]", undefined],
    ]);
    expect(second!.map(({ text, fed, apart }) => [text, fed, apart])).toEqual([
      ["말", "<b>", true],
      ["은", "은", false],
      ["[SEP]", undefined, true],
    ]);
  });

  it("takes a task's several runs together, with their median", () => {
    expect(report.scores).toHaveLength(3);
    expect(report.scores[1]).toMatchObject({ values: [0.7, 0.8], median: 0.75, baseline: 0.5 });
    expect(report.scores[2]!.baseline).toBeUndefined();
  });

  it("counts which labels were predicted as which", () => {
    const [confusion] = report.confusions;
    expect(confusion!.examples).toBe(30);
    expect(confusion!.counts.flat().reduce((sum, count) => sum + count, 0)).toBe(30);
    const right = confusion!.labels.reduce((sum, _, row) => sum + confusion!.counts[row]![row]!, 0);
    const rows = Array.from({ length: 30 }, (_, row) => row);
    expect(right).toBe(rows.filter((row) => row % 3 === row % 4).length);
  });

  it("tells scores by length: the share right of classes, the error of numbers", () => {
    const [classes, numbers] = report.lengths;
    expect(report.lengths).toHaveLength(2);
    expect(classes).toMatchObject({ task: HOSTILE[0], measure: "share right", runs: 1 });
    expect(
      classes!.groups.map(({ shortest, longest, count }) => [shortest, longest, count]),
    ).toEqual([5, 7, 9, 11, 13].map((shortest) => [shortest, shortest + 1, 6]));
    const rows = Array.from({ length: 30 }, (_, row) => row).filter((row) => row % 10 < 2);
    const right = rows.filter((row) => row % 3 === row % 4).length / rows.length;
    const error = 2 * Math.sqrt((right * (1 - right)) / 6);
    expect(classes!.groups[0]).toMatchObject({ mean: right, error: expect.closeTo(error, 9) });
    expect(numbers).toMatchObject({
      measure: "mean absolute error",
      mean: expect.closeTo(0.45, 9),
    });
    expect(numbers!.groups.map(({ mean }) => mean.toFixed(2))).toEqual(
      [0.05, 0.25, 0.45, 0.65, 0.85].map((mean) => mean.toFixed(2)),
    );
    expect(html).toContain("share right of examples of 5 to 6 pieces 0.3333, 7 to 8 pieces");
    expect(html).toContain("of all lengths; less is better");
  });

  it("has the audit with its bounds, GLUE with its spread, and the surest mistakes", () => {
    expect(report.audit.map(({ verdict }) => verdict)).toEqual(["passed", "failed", "told"]);
    expect(report.glue).toMatchObject([{ runs: 5, lowest: 0.6, highest: 0.8, paper: null }]);
    expect(report.mistakes).toHaveLength(5);
    for (const { label, prediction, texts } of report.mistakes) {
      expect(label).not.toBe(prediction);
      expect(texts).toHaveLength(2);
    }
    const sure = report.mistakes.map(({ probability }) => probability);
    expect(sure).toEqual([...sure].sort((a, b) => b - a));
    expect(sure[0]).toBeCloseTo(0.79, 5);
    expect(html).toContain("1 checks passed, 1 failed");
  });

  it("has the variants of an experiment side by side", () => {
    expect(report.comparisons).toMatchObject([
      { node: "learn", rows: [{ runs: 2, finetuned: 0.6, next_sentence_accuracy: null }] },
    ]);
    expect(html).toContain("Variants, by learn");
    expect(html).toContain("0.5500 to 0.6500");
    expect(html).toContain("813,858");
  });

  it("has training and held-out curves, the baseline, and what was only measured", () => {
    const [{ node, curves }] = report.training as [Report["training"][number]];
    expect(node).toBe("learn");
    expect(curves.map(({ name }) => name)).toEqual([
      "masked_lm_loss",
      "masked_lm_accuracy",
      "tokens_per_second",
      "<i>hostile",
    ]);
    expect(report.training[0]!.zero).toEqual(["rollbacks"]);
    expect(html).toContain("0 at every step: Rollbacks");
    expect(curves[0]).toMatchObject({
      baseline: 6.3,
      train: { length: 20 },
      heldout: { length: 4 },
    });
  });

  it("says of each node what became of it, and from what it was made", () => {
    expect(report.graph.nodes.map(({ id, outcome }) => [id, outcome])).toContainEqual([
      "learn",
      "ran",
    ]);
    expect(report.run).toMatchObject({ state: "done", machine: { node: process.version } });
    expect(report.lineage.map(({ node }) => node)).toContain("pairs");
    for (const { fingerprint } of report.lineage) expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  it("leaves out what is damaged and says so", async () => {
    const store = await FileStore.open(folder, { write: true });
    const again = await run(pipeline, { store, inline: true });
    await store.close();
    const { folder: at } = again.artifacts.get("learn")!;
    rmSync(join(at, "scores"), { recursive: true });
    const damaged = await collected();
    expect(damaged.scores).toEqual([]);
    expect(damaged.problems.join("\n")).toMatch(/^scores: /);
    expect(damaged.examples?.samples).toHaveLength(6);
    expect((await renderPage(damaged, OPTIONS)).includes("Not all could be read")).toBe(true);
  });
});

describe("the page", () => {
  it("allows nothing but its own style sheet and script, and carries no address to load from", () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/i.exec(html)![1]!;
    expect(policy.replaceAll("&#x27;", "'")).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'$/,
    );
    const attributes = [...parseHTML(html).document.querySelectorAll("*")].flatMap((element) =>
      Array.from(element.attributes, ({ name, value }) => `${name}=${value}`),
    );
    expect(attributes.length).toBeGreaterThan(500);
    expect(attributes.filter((each) => /^(src|style|on|data:|xlink|action)/i.test(each))).toEqual(
      [],
    );
    expect(attributes.filter((each) => /^href=(?!#)/.test(each))).toEqual([]);
    expect(/@import|url\((?!#)/.test(html)).toBe(false);
  });

  it("has no string from data unescaped", () => {
    const markup = html.slice(0, html.indexOf('<script type="application/json"'));
    const raw = HOSTILE.filter((each) => each.includes("<") && html.includes(each));
    expect(raw).toEqual([]);
    expect(/[\u202a-\u202e]|[^\P{Cc}\n]/u.test(markup)).toBe(false);
    expect(markup.includes("&lt;/script&gt;")).toBe(true);
    expect(markup.includes("한국어 문장 &amp; &lt;b&gt;more&lt;/b&gt;")).toBe(true);
    const { document } = parseHTML(html);
    expect(document.querySelectorAll("script, style, img, iframe, base, link")).toHaveLength(3);
  });
});

describe.skipIf(browserPath === undefined)(
  "in chromium (skipped where there is none)",
  { timeout: 240_000 },
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await startBrowser();
    });
    afterAll(() => browser?.close());

    it.each([
      ["light", { viewport: { width: 1200, height: 900 } }],
      ["dark", { viewport: { width: 1200, height: 900 }, colorScheme: "dark" }],
      ["a phone", { viewport: { width: 360, height: 800 } }],
    ] as const)(
      "%s: no error, no request, charts there, nothing for axe to find",
      async (_, options) => {
        const { page, complaints, requests } = await openPage(browser, url, options);
        // Given to the page by the test and not by the page: its policy forbids scripts of others.
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate(() =>
          (globalThis as unknown as { axe: { run(): Promise<axe.AxeResults> } }).axe.run(),
        );
        const found = violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("\n")}`,
        );
        expect(found).toEqual([]);
        expect(complaints).toEqual([]);
        expect(requests).toEqual([]);
        expect(await page.title()).toBe("made: report");
        expect(await page.locator(".u-over").count()).toBe(4);
        expect(await page.locator("svg.plot").count()).toBeGreaterThan(4);
        const [wide, seen] = (await page.evaluate(
          "[document.documentElement.scrollWidth, innerWidth]",
        )) as [number, number];
        expect(wide).toBeLessThanOrEqual(seen);
        await page.close();
      },
    );

    it("zooms all of a node's charts by a button and by dragging, and back", async () => {
      const { page } = await openPage(browser, url, { viewport: { width: 1200, height: 900 } });
      const ticks = () =>
        page
          .locator(".chart canvas")
          .first()
          .evaluate((canvas) => (canvas as unknown as { toDataURL(): string }).toDataURL());
      const before = await ticks();
      await page.getByRole("button", { name: "Zoom in" }).click();
      const closer = await ticks();
      expect(closer).not.toBe(before);
      await page.getByRole("button", { name: "All" }).click();
      expect(await ticks()).toBe(before);
      const other = page.locator(".u-over").nth(1);
      await other.scrollIntoViewIfNeeded();
      const box = (await other.boundingBox())!;
      await page.mouse.move(box.x + 40, box.y + 50);
      await page.mouse.down();
      await page.mouse.move(box.x + 160, box.y + 50, { steps: 4 });
      await page.mouse.up();
      expect(await ticks()).not.toBe(before);
      await page.close();
    });

    it("prints its drawings, and shows them where no script runs", async () => {
      const { page } = await openPage(browser, url, { javaScriptEnabled: false });
      expect(await page.locator(".curve svg.plot").first().isVisible()).toBe(true);
      expect(await page.locator(".u-over").count()).toBe(0);
      await page.close();
      const printed = await openPage(browser, url);
      await printed.page.emulateMedia({ media: "print" });
      expect(await printed.page.locator(".curve svg.plot").first().isVisible()).toBe(true);
      expect(await printed.page.locator(".chart").first().isVisible()).toBe(false);
      expect(await printed.page.locator("details pre").first().isVisible()).toBe(true);
      const colours = await printed.page.evaluate(`[".key", "mark", ".matrix td"].map((each) =>
        getComputedStyle(document.querySelector(each)).printColorAdjust)`);
      expect(colours).toEqual(["exact", "exact", "exact"]);
      await printed.page.close();
    });
  },
);
