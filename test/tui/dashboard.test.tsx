import { render as renderInk } from "ink";
import { render } from "ink-testing-library";
import { describe, expect, it } from "vitest";
import { displayWidth } from "../../lib/width.ts";
import { painter } from "../../tui/ansi.ts";
import { App } from "../../tui/app.tsx";
import type { TableReader } from "../../tui/example.ts";
import { KEYS } from "../../tui/keys.ts";
import { type Line, span } from "../../tui/line.ts";
import { Session } from "../../tui/session.ts";
import { themeOf } from "../../tui/theme.ts";
import { ended, halfway, started, type Told } from "./events.ts";
import { Looked } from "./frame.ts";

/** 40 nodes, of which the first 20 are done and the next runs. */
const manyNodes: readonly Told[] = (() => {
  const ids = Array.from({ length: 40 }, (_, index) => `node-${index}`);
  return [
    [0, started("wide", ids)],
    ...ids.slice(0, 20).map((id): Told => [1, ended(id, 1, 10)]),
    [2, { type: "node-started", node: "node-20", partitions: 1, reused: 0 }],
  ];
})();

describe("a frame", () => {
  it("at 100 columns shows nodes, how far each is, and charts of the one that runs", () => {
    const { lines } = new Looked(halfway, 100, 30);
    expect(lines.slice(0, 8)).toEqual([
      `albert-tiny${" ".repeat(72)}3/5 nodes  25.0 s`,
      "",
      expect.stringMatching(/^ {2}= ingest {5}fresh {4}233 rows {11}.* same fingerprint 3f2a/),
      expect.stringMatching(
        /^ {2}✓ vocab {6}done {5}6,000 rows .* 1\.0 s {2}params\.size 8000 → 60/,
      ),
      expect.stringMatching(
        /^ {2}✓ sop-pairs {2}done {5}32 parts, 30 reused .* 2\.1 s {2}input vocab changed$/,
      ),
      expect.stringMatching(
        /^▸ ● train {6}running {2}190\/400 steps .* 10\/s {2}ETA 21\.0 s .* 21\.5 s {2}never run$/,
      ),
      "  · eval       waiting",
      expect.stringMatching(/^── train {3}about \[charts] {2}scores {2}log {2}why {2}examples/),
    ]);
    expect(lines).toContainEqual(expect.stringMatching(/^masked-LM loss {2}6\.405 +learning rate/));
    expect(lines.filter((line) => /[\u2801-\u28ff]/.test(line)).length).toBeGreaterThan(5);
    expect(lines.at(-1)).toMatch(/^\? help {2}q \^C stop/);
    expect(lines).toHaveLength(29);
  });

  it("says that it plans until the first node is settled, and bytes as bytes", () => {
    expect(new Looked(halfway.slice(0, 1), 100, 30).lines[0]).toMatch(/^albert-tiny {2}planning /);
    expect(new Looked(halfway.slice(0, 2), 100, 30).lines[0]).not.toContain("planning");
    const reading: Told[] = [1, 2, 3].map((second) => [
      4 + second,
      { type: "node-progress", node: "train", done: second * 2e6, total: 8e6, unit: "bytes" },
    ]);
    const { lines } = new Looked([...halfway.slice(0, 13), ...reading], 120, 30);
    expect(lines.join("\n")).toContain("2.00 MB/s");
  });

  it("has room below the nodes for all of a long log line", () => {
    const message =
      "all steps together see 71 % of the training examples once, which is less than one pass";
    const said: Told = [5, { type: "node-log", node: "train", level: "warn", message }];
    const { lines } = new Looked([...halfway.slice(0, 13), said], 160, 50);
    const log = lines.slice(lines.findIndex((each) => each.startsWith("── log")));
    const words = log
      .map((each) => each.split("│")[0]!.trim())
      .join(" ")
      .replaceAll(/ +/g, " ");
    expect(words).toContain(`train: warn: ${message}`);
  });

  it("at 60 columns keeps names, states, progress and time left", () => {
    const { lines } = new Looked(halfway, 60, 20);
    expect(lines[5]).toMatch(/^▸ ● train {6}running {2}190\/400 steps {8}ETA 21\.0 s$/);
    expect(lines).toHaveLength(19);
  });

  it("at 160 columns has the details beside the nodes, and the log below them", () => {
    const { lines } = new Looked(halfway, 160, 50);
    expect(lines[2]).toMatch(/^ {2}= ingest .* │ ── train {3}about \[charts]/);
    expect(lines[8]).toMatch(/^── log +│/);
    expect(lines[9]).toMatch(/^\d\d:\d\d:\d\d train: 784,770 parameters +│/);
  });

  it("is never taller than one line less than the terminal nor wider than it, on any tab", () => {
    for (const told of [[], halfway.slice(0, 1), halfway, manyNodes]) {
      for (const columns of [20, 50, 139, 140]) {
        for (const rows of [3, 12, 30]) {
          const looked = new Looked(told, columns, rows);
          for (const key of ["x", "?", "?", "l", "l", "l", "enter", "l", "l"]) {
            const { lines } = looked.press(key);
            expect(lines.length).toBeLessThanOrEqual(rows - 1);
            expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(columns);
          }
        }
      }
    }
  });

  it("says what is too small, and what becomes of the run", () => {
    expect(new Looked(halfway, 49, 20).lines).toEqual([
      "49×20 is too small: 50×12 is needed.",
      "The run goes on.",
      "3/5 nodes  train",
      "q: stop",
    ]);
  });

  it("keeps the running node in sight where not all fit", () => {
    const { text } = new Looked(manyNodes, 80, 20);
    expect(text).toMatch(/^▸ ● node-20 /m);
    expect(text).toMatch(/… \d+ above, \d+ below/);
  });

  it("says that it is stopping, and why no more comes", () => {
    const stopping = new Looked(halfway, 100, 30);
    stopping.session.stopping();
    expect(stopping.lines.at(-1)).toBe(
      "Stopping once the work in hand is safe. Ctrl-C again stops at once.",
    );
    const broken = new Looked(halfway, 100, 30);
    broken.session.cut("The process is gone.");
    expect(broken.lines[0]).toContain("albert-tiny  cut off");
    expect(broken.lines.at(-1)).toBe("The process is gone.  q: leave");
  });

  it("shows scores as they come, beside their baselines, and those to come", () => {
    const row = { task: "era", metric: "accuracy", split: "dev", value: 0.7 };
    const told: Told[] = [
      [24, ended("train", 20, 1)],
      [
        24,
        {
          type: "node-row",
          node: "train",
          table: "scores",
          row: { ...row, baseline: 0.5, baseline_name: "majority" },
        },
      ],
      [
        24,
        {
          type: "node-row",
          node: "train",
          table: "scores",
          row: { ...row, metric: "loss", baseline: 0.6, better: "lower" },
        },
      ],
      [24, { type: "node-started", node: "eval", partitions: 1, reused: 0 }],
    ];
    const { text } = new Looked([...halfway, ...told], 100, 30).press("l", "l");
    expect(text).toMatch(/^task +metric +split +score +baseline$/m);
    expect(text).toMatch(/^era +accuracy +dev +0\.7000 +0\.5000 +✓ better than majority$/m);
    expect(text).toMatch(/^era +loss +dev +0\.7000 +0\.6000 +– not better$/m);
    expect(text).toMatch(/^eval +running$/m);
    const narrow = new Looked([...halfway, ...told], 60, 20).press("l", "l").text;
    expect(narrow).toMatch(/^era +accuracy +dev +0\.7000 +0\.5000 +✓ better$/m);
    expect(new Looked([...halfway, ...told], 50, 20).press("l", "l").text).toMatch(
      /^era +accuracy +0\.7000 +0\.5000 +✓ better$/m,
    );
  });

  it("says whose a score is where several nodes measure the same", () => {
    const told = (["train", "eval"] as const).map((node): Told => {
      const row = { task: "era", metric: "accuracy", split: "dev", value: 0.7, baseline: 0.5 };
      return [24, { type: "node-row", node, table: "scores", row }];
    });
    const { text } = new Looked([...halfway, ...told], 100, 30);
    expect(text).toMatch(/^node +task +metric +split +score +baseline$/m);
    expect(text).toMatch(/^train +era +accuracy +dev +0\.7000 +0\.5000 +✓ better$/m);
    expect(text).toMatch(/^eval +era +accuracy +dev +0\.7000/m);
  });

  it("draws the graph, and what a node is", () => {
    const nodes = [
      { id: "ingest", stage: "ingest", inputs: [], params: {} },
      { id: "vocab", stage: "vocab", inputs: ["ingest"], params: {} },
      { id: "tokenize", stage: "tokenize", inputs: ["ingest", "vocab"], params: { size: 3 } },
      { id: "train", stage: "train", inputs: ["tokenize", "vocab"], params: {} },
    ];
    const told: Told = [0, { ...started("p", []), nodes } as Told[1]];
    const looked = new Looked([told], 100, 30).press("j", "j");
    expect(looked.lines.slice(2, 6)).toEqual([
      "  ·  ingest    waiting",
      "  ├· vocab     waiting",
      "▸ ·┤ tokenize  waiting",
      "  ·┘ train     waiting",
    ]);
    expect(looked.text).toMatch(/^reads +ingest, vocab$/m);
    expect(looked.text).toMatch(/^size +3$/m);
  });
});

describe("drawing", () => {
  it("keeps to ASCII where it has to, and to no colour", () => {
    const looked = new Looked(halfway, 160, 50);
    const theme = themeOf({ TERM: "dumb" });
    expect(theme).toEqual({ ascii: true, depth: 1 });
    const { lines } = looked.session.view(looked.model());
    const shown = lines.map(painter(theme));
    expect(shown.join("")).not.toMatch(/[^ -~]/);
    expect(shown.join("\n")).toMatch(/> \* train +running +190\/400 steps/);
    expect(shown.map((line) => line.trimEnd().length)).toEqual(
      looked.lines.map((line) => displayWidth(line.replace(/[\u2800\s]+$/, ""))),
    );
  });

  it("colours pieces by what they mean, in as many colours as there are, and leaves the rest plain", () => {
    const line = [
      span("plain "),
      span("a", "bad"),
      span("b", "bad"),
      span("c", "faint"),
      span("d"),
    ];
    const bold = [{ text: "x", bold: true }, { text: "y", bold: true, tone: "good" } as const];
    const drawn = [24, 8, 4, 1].map((depth) => {
      const paint = painter({ ascii: false, depth: depth as 24 | 8 | 4 | 1 });
      return [paint(line), paint(bold)];
    });
    const esc = "\x1b[0";
    expect(drawn).toEqual([
      [
        `plain ${esc};38;2;213;94;0mab${esc};2mc${esc}md`,
        `${esc};1mx${esc};1;38;2;0;158;115my${esc}m`,
      ],
      [`plain ${esc};38;5;166mab${esc};2mc${esc}md`, `${esc};1mx${esc};1;38;5;36my${esc}m`],
      [`plain ${esc};31mab${esc};2mc${esc}md`, `${esc};1mx${esc};1;32my${esc}m`],
      ["plain abcd", "xy"],
    ]);
  });

  it.each([
    [
      { NO_COLOR: "1", COLORTERM: "truecolor" },
      { ascii: false, depth: 1 },
    ],
    [
      { NO_COLOR: "", TERM: "xterm" },
      { ascii: false, depth: 4 },
    ],
    [{ TERM: "linux" }, { ascii: true, depth: 4 }],
    [
      { LC_ALL: "C", TERM: "xterm-256color" },
      { ascii: true, depth: 8 },
    ],
    [
      { LANG: "ko_KR.UTF-8", TERM: "xterm-256color", COLORTERM: "truecolor" },
      { ascii: false, depth: 24 },
    ],
  ])("the environment %j gives %j", (env, theme) => {
    expect(themeOf(env)).toEqual(theme);
  });

  it("reads out words instead of drawings to a screen reader", () => {
    const looked = new Looked(halfway, 80, 24);
    const frames: string[] = [];
    const stdout = { columns: 80, write: (frame: string) => frames.push(frame), on() {}, off() {} };
    const draw = () => expect.unreachable();
    const app = <App model={looked.model()} lines={[]} draw={draw} keys={false} onKey={() => {}} />;
    const options = { stdout: stdout as unknown as NodeJS.WriteStream, patchConsole: false };
    const ink = renderInk(app, { ...options, debug: true, isScreenReaderEnabled: true });
    const shown = frames.at(-1)!;
    ink.unmount();
    expect(shown).not.toMatch(/[│┤▸\u2800-\u28ff]/);
    expect(shown).toContain("albert-tiny, 3/5 nodes, 25.0 s");
    expect(shown).toMatch(/train: running, 190\/400 steps, 10\/s, ETA 21\.0 s, 21\.5 s so far/);
    expect(shown).toMatch(/\(busy\).*train: running|\(busy, selected\)|\(selected, busy\)/);
    expect(shown).toContain("masked-LM loss 6.405, from 9 at step 0");
  });
});

describe("keys", () => {
  it("reach the dashboard by their names, also several at once", async () => {
    const pressed: string[] = [];
    const looked = new Looked(halfway, 100, 30);
    const { lines } = looked.session.view(looked.model());
    const drawn: (readonly Line[])[] = [];
    const draw = (frame: readonly Line[]) => drawn.push(frame);
    const props = { model: looked.model(), lines, draw, keys: true };
    const shown = render(<App {...props} onKey={(key) => pressed.push(key)} />);
    await settled();
    expect(drawn).toEqual([lines]);
    expect(shown.lastFrame()).toBe("");
    for (const typed of ["q", "\u0003", "\x1b[A", "jk", "\t", "\r"]) {
      shown.stdin.write(typed);
      await settled();
    }
    expect(pressed).toEqual(["q", "ctrl-c", "up", "j", "k", "tab", "enter"]);
    shown.unmount();
  });

  it("move among nodes, and follow the one that runs again", () => {
    const looked = new Looked(halfway, 100, 30).press("k");
    expect(looked.text).toMatch(/^▸ ✓ sop-pairs/m);
    expect(looked.press("g").text).toMatch(/^▸ = ingest/m);
    expect(looked.press("G").text).toMatch(/^▸ · eval/m);
    expect(looked.press("f").text).toMatch(/^▸ ● train/m);
  });

  it("find a node as one types, and go on to the next", () => {
    const looked = new Looked(manyNodes, 100, 30).press("/", ..."de-3");
    expect(looked.text).toMatch(/^▸ · node-30/m);
    expect(looked.lines.at(-1)).toBe("/de-3_");
    expect(looked.press("enter", "n").text).toMatch(/^▸ · node-31/m);
    expect(looked.press("N", "N").text).toMatch(/^▸ ✓ node-3 /m);
    expect(looked.press("/", ..."xyz").lines.at(-1)).toBe("/xyz_");
    expect(looked.press("enter").lines.at(-1)).toMatch(/no node is called xyz/);
  });

  it("say why, and show the log and lines that hold a text", () => {
    const looked = new Looked(halfway, 100, 30).press("k", "w");
    expect(looked.text).toContain(
      "sop-pairs is made again, for it differs from its last artifact:",
    );
    expect(looked.text).toContain("· input vocab changed");
    looked.press("a");
    expect(looked.text).toMatch(/\[log]/);
    expect(looked.text).toContain("train: 784,770 parameters");
    expect(looked.press("tab", "/", ..."nothing of it", "enter").text).not.toContain("784,770");
  });

  it("zoom, pan and smooth the charts", () => {
    const looked = new Looked(halfway, 100, 30);
    expect(looked.text).toContain("all steps");
    looked.press("+", "]", "]");
    expect(looked.text).toContain("zoom ×2 (+ - < >)   smoothed by 0.8");
    expect(looked.text).toMatch(/ 95 +143 +190/);
    expect(looked.press("<").text).toMatch(/ 48 +95 +143/);
    expect(looked.press("-", "[", "[").text).toContain("all steps (+ - < >)   not smoothed");
  });

  it("page through a row that is longer than there is room, and go on to the next", async () => {
    const text = Array.from({ length: 200 }, (_, word) => `word${word}`).join(" ");
    const tables: TableReader = {
      example: async ({ row }) => ({ title: `row ${row}`, lines: [["text", text]] }),
      guess: async () => [["model", "B follows A"]],
      rows: async () => [],
    };
    const session = new Session({ tables, watching: false });
    const looked = new Looked(halfway, 60, 20, session).press("k", "e");
    looked.text;
    await settled();
    expect(looked.text).toContain("word0 ");
    looked.press("pagedown", "pagedown");
    expect(looked.text).not.toContain("word0 ");
    for (let page = 0; page < 10; page++) looked.press("pagedown");
    expect(looked.text).toMatch(/word199\n(model +B follows A)?/);
    expect(looked.press("j").text).toContain("row 2 of");
    looked.text;
    await settled();
    expect(looked.text).toContain("word0 ");
  });

  it("open the details over the whole screen, scroll them, and go back", () => {
    const looked = new Looked(halfway, 100, 20).press("h", "enter");
    expect(looked.lines[2]).toMatch(/^▸ train {2}\[about]/);
    expect(looked.press("escape").lines[2]).toMatch(/= ingest/);
  });

  it("are all in the help, which any key closes", () => {
    const looked = new Looked(halfway, 160, 50).press("?");
    for (const { shown, help } of KEYS) {
      expect(looked.text).toContain(shown);
      expect(looked.text).toContain(help);
    }
    expect(looked.press("j").text).toMatch(/▸ ● train/);
  });

  it("have no key twice", () => {
    const all = KEYS.flatMap(({ keys }) => keys);
    expect(new Set(all).size).toBe(all.length);
  });
});

/** Ink reads keys and renders between turns of the event loop. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
