/** How many lines each part of the dashboard gets. */
export interface Layout {
  readonly nodes: number;
  /** Chart with its title and metrics; 0 where there is no room. */
  readonly chart: number;
  readonly log: number;
}

const HEADER = 2;
const FOOTER = 2;
/** A title, four lines of dots at least, the axis and its labels, two lines of metrics. */
const MIN_CHART = 9;
const MAX_CHART = 18;
/** A blank line and a title stand above the log, and a blank line above the chart. */
const LOG_TITLE = 2;
const CHART_GAP = 1;

/**
 * Shares `rows - 1` lines (a tree as tall as the terminal would scroll it): header and footer always, then
 * nodes, then a few lines of log, then the chart, and what is left to the log.
 */
export function layout(
  rows: number,
  wanted: { readonly nodes: number; readonly chart: boolean; readonly log: number },
): Layout {
  let free = Math.max(1, rows - 1) - HEADER - FOOTER;
  const nodes = Math.max(1, Math.min(wanted.nodes, free));
  free -= nodes;
  const someLog = Math.min(wanted.log, 3);
  const logCost = someLog > 0 ? someLog + LOG_TITLE : 0;
  let chart = 0;
  if (wanted.chart && free >= MIN_CHART + CHART_GAP) {
    chart = Math.min(MAX_CHART, Math.max(MIN_CHART, free - CHART_GAP - logCost));
    free -= chart + CHART_GAP;
  }
  const log = Math.max(0, Math.min(wanted.log, free - LOG_TITLE));
  return { nodes, chart, log };
}
