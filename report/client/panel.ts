import type uPlot from "uplot";
import { chart } from "./chart.ts";
import type { CurveData, TrainingData } from "./data.ts";
import { smoothed } from "./smooth.ts";

/** Of what is in sight, what a press of a button takes away or adds. */
const ZOOM = 2;

/** The charts of one node, which show the same steps, and their buttons. */
export class Panel {
  readonly #curves: readonly { readonly place: HTMLElement; readonly data: CurveData }[];
  readonly #all: readonly [from: number, to: number];
  #seen: readonly [from: number, to: number];
  #smoothing = 0;
  #charts: readonly uPlot[] = [];
  #zooming = false;

  constructor(place: HTMLElement, training: TrainingData) {
    const figures = place.querySelectorAll<HTMLElement>("[data-curve]");
    this.#curves = training.curves.flatMap((data, index) => {
      const figure = figures[index];
      return figure === undefined ? [] : [{ place: figure, data }];
    });
    const steps = training.curves.flatMap((curve) => [
      curve.steps[0] ?? 0,
      curve.steps.at(-1) ?? 0,
    ]);
    this.#all = [Math.min(...steps), Math.max(...steps)];
    this.#seen = this.#all;
    place.querySelector("h3")?.after(this.#controls(training.node));
    this.draw();
  }

  /** Draws all charts anew, as for other colours or another width. */
  draw(): void {
    for (const each of this.#charts) each.destroy();
    this.#charts = this.#curves.map(({ place, data }) => {
      const figure = place.querySelector("figure")!;
      let target = figure.querySelector<HTMLElement>(".chart");
      if (target === null) {
        target = document.createElement("div");
        target.className = "chart";
        figure.prepend(target);
        figure.classList.add("drawn");
      }
      const train = smoothed(data.train, this.#smoothing);
      return chart(target, { ...data, train }, this.#seen, (from, to) => this.#show(from, to));
    });
  }

  #show(from: number, to: number): void {
    if (this.#zooming) return;
    const [first, last] = this.#all;
    this.#seen =
      to - from >= last - first ? this.#all : [Math.max(first, from), Math.min(last, to)];
    this.#zooming = true;
    for (const each of this.#charts) each.setScale("x", { min: this.#seen[0], max: this.#seen[1] });
    this.#zooming = false;
  }

  #controls(node: string): HTMLElement {
    const controls = document.createElement("div");
    controls.className = "controls";
    controls.setAttribute("role", "group");
    controls.setAttribute("aria-label", `Charts of ${node}`);
    const scale = (factor: number): void => {
      const [from, to] = this.#seen;
      const [middle, half] = [(from + to) / 2, ((to - from) / 2) * factor];
      this.#show(middle - half, middle + half);
    };
    const move = (share: number): void => {
      const [from, to] = this.#seen;
      const [first, last] = this.#all;
      const wanted = (to - from) * share;
      const by = Math.max(first - from, Math.min(last - to, wanted));
      this.#show(from + by, to + by);
    };
    controls.append(
      button("Zoom in", () => scale(1 / ZOOM)),
      button("Zoom out", () => scale(ZOOM)),
      button("◀ Earlier", () => move(-0.5)),
      button("Later ▶", () => move(0.5)),
      button("All", () => this.#show(...this.#all)),
      this.#smoother(),
      hint("or drag across a chart; a double click shows all"),
    );
    return controls;
  }

  #smoother(): HTMLElement {
    const label = document.createElement("label");
    const input = document.createElement("input");
    Object.assign(input, { type: "range", min: "0", max: "0.95", step: "0.05", value: "0" });
    input.addEventListener("input", () => {
      this.#smoothing = Number(input.value);
      this.draw();
    });
    label.append("Smoothing ", input);
    return label;
  }
}

function button(text: string, press: () => void): HTMLElement {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = text;
  element.addEventListener("click", press);
  return element;
}

function hint(text: string): HTMLElement {
  const element = document.createElement("span");
  element.className = "hint";
  element.textContent = text;
  return element;
}
