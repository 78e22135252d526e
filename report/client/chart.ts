import uPlot from "uplot";
import { shortNumber } from "../short-number.ts";
import type { CurveData } from "./data.ts";

const HEIGHT = 220;

/** Draws one curve into an element; `onZoom` hears which steps a reader has chosen to see. */
export function chart(
  target: HTMLElement,
  { title, steps, train, heldout, baseline }: CurveData,
  [min, max]: readonly [number, number],
  onZoom: (from: number, to: number) => void,
): uPlot {
  const colours = getComputedStyle(document.documentElement);
  const colour = (name: string): string => colours.getPropertyValue(`--${name}`).trim();
  const axis = {
    stroke: colour("soft"),
    grid: { stroke: colour("line"), width: 1 },
    ticks: { stroke: colour("line"), width: 1 },
    font: "12px system-ui, sans-serif",
  };
  const value = (_: uPlot, number: number | null): string =>
    number === null || number === undefined ? "–" : String(Number(number.toPrecision(4)));
  const lines: { readonly line: uPlot.Series; readonly data: (number | null)[] }[] = [];
  const has = (values: readonly (number | null)[]): boolean => values.some((each) => each !== null);
  if (has(train))
    lines.push({
      line: {
        label: "training",
        stroke: colour("ours"),
        width: 1.5,
        spanGaps: true,
        points: { show: false },
        value,
      },
      data: [...train],
    });
  if (has(heldout))
    lines.push({
      line: {
        label: "held out",
        stroke: colour("other"),
        width: 1.5,
        spanGaps: true,
        points: { show: true, size: 6 },
        value,
      },
      data: [...heldout],
    });
  if (baseline !== null)
    lines.push({
      line: {
        label: "baseline",
        stroke: colour("third"),
        width: 1.5,
        dash: [6, 4],
        points: { show: false },
        value,
      },
      data: steps.map(() => baseline),
    });
  target.setAttribute("role", "group");
  target.setAttribute("aria-label", `${title}, a chart to zoom`);
  const plot = new uPlot(
    {
      width: Math.max(240, Math.floor(target.clientWidth)),
      height: HEIGHT,
      scales: { x: { time: false, min, max } },
      axes: [axis, { ...axis, size: 60, values: (_, splits) => splits.map(shortNumber) }],
      series: [{ label: "step", value }, ...lines.map(({ line }) => line)],
      cursor: { drag: { x: true, y: false, setScale: true } },
      hooks: {
        setScale: [
          (self, key) => {
            const { min: from, max: to } = self.scales["x"]!;
            if (key === "x" && typeof from === "number" && typeof to === "number") onZoom(from, to);
          },
        ],
      },
    },
    [[...steps], ...lines.map(({ data }) => data)],
    target,
  );
  return plot;
}
