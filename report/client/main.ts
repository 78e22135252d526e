import { DATA_ID, type PageData } from "./data.ts";
import { Panel } from "./panel.ts";

/** Makes the drawings of training curves into charts that can be zoomed. Without it they stay as they are. */
const text = document.getElementById(DATA_ID)?.textContent ?? "";
const { trainings } = JSON.parse(text) as PageData;
const places = document.querySelectorAll<HTMLElement>("[data-training]");
const panels = trainings.flatMap((training, index) => {
  const place = places[index];
  return place === undefined ? [] : [new Panel(place, training)];
});

const redraw = (): void => {
  for (const panel of panels) panel.draw();
};
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
let width = innerWidth;
addEventListener("resize", () => {
  if (innerWidth === width) return;
  width = innerWidth;
  redraw();
});
