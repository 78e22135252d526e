/** The page's style sheet: light and dark by the reader's system, one column on a phone, black on white on paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --panel: #f5f6f8; --line: #d5d9df; --text: #1c2127; --soft: #525b66;
  --ours: #0067a5; --other: #c1440e; --third: #6b5b95; --faint: #b9c0c9; --mark: #ffe9a8; --shade: 0 103 165;
  --good: #04683f; --bad: #a3260f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b; --panel: #1d2126; --line: #3a414a; --text: #e6e9ed; --soft: #aab3be;
    --ours: #63b3ed; --other: #f6935c; --third: #b9a5e8; --faint: #59626d; --mark: #5a4a12; --shade: 99 179 237;
    --good: #6ad3a1; --bad: #ff9d87;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 68rem; overflow-wrap: anywhere; background: var(--paper); color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic", sans-serif;
}
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .3rem; }
h2 { font-size: 1.4rem; margin: 2.8rem 0 .3rem; padding-top: .8rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.1rem; margin: 1.6rem 0 .3rem; }
a { color: var(--ours); }
p { margin: .4rem 0 .9rem; max-width: 46rem; }
.lead, .soft, .fine, figcaption, caption { color: var(--soft); }
.fine, figcaption, caption { font-size: .875rem; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; padding: 0; margin: 1rem 0; }
nav a { display: inline-block; padding: .25rem 0; }
.problems { border: 2px solid var(--bad); border-radius: .5rem; padding: .6rem 1rem; margin: 1rem 0; }
.stats { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.4rem, 1fr)); gap: .7rem; margin: 1.2rem 0; }
.stat { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .9rem; min-width: 0; overflow-wrap: anywhere; }
.stat dt { color: var(--soft); font-size: .875rem; }
.stat dd { margin: 0; }
.stat .value { display: block; font-size: 1.5rem; font-weight: 650; font-variant-numeric: tabular-nums; }
.stat .note { color: var(--soft); font-size: .8125rem; }
.scroll {
  overflow-x: auto; margin: .6rem 0 1.2rem; border-radius: .3rem;
  /* A shade at the edge beyond which there is more; what moves along with the table covers it at its ends. */
  background:
    linear-gradient(to right, var(--paper) 40%, transparent) left / 2.5rem 100% no-repeat local,
    linear-gradient(to left, var(--paper) 40%, transparent) right / 2.5rem 100% no-repeat local,
    linear-gradient(to right, var(--faint), transparent) left / .8rem 100% no-repeat,
    linear-gradient(to left, var(--faint), transparent) right / .8rem 100% no-repeat;
}
.scroll:focus-visible { outline: 2px solid var(--ours); outline-offset: 2px; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .3rem; }
th, td { text-align: left; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; }
th, td { white-space: nowrap; }
.wrap { white-space: normal; overflow-wrap: break-word; min-width: 12rem; max-width: 26rem; }
.number { text-align: right; white-space: nowrap; }
.code, code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .85em; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--panel); padding: .7rem; border-radius: .3rem; }
code { overflow-wrap: anywhere; }
.good { color: var(--good); } .bad { color: var(--bad); }
figure { margin: .8rem 0 1.4rem; }
.plot, .graph { display: block; max-width: 100%; height: auto; font-family: inherit; }
.plot text { white-space: pre; }
.drawing .plot { width: 100%; max-width: 34rem; }
.key { display: inline-block; width: .8em; height: .8em; border-radius: .15em; margin: 0 .25em 0 .6em; }
.key:first-child { margin-left: 0; }
.key-ours { background: var(--ours); } .key-other { background: var(--other); } .key-third { background: var(--third); }
.graph { max-width: none; font-size: 12px; }
.graph text { fill: var(--text); } .graph .name { font-weight: 600; font-size: 13px; }
.graph rect { fill: var(--panel); stroke: var(--faint); stroke-width: 1.5; }
.graph .ran rect { stroke: var(--ours); stroke-width: 2.5; }
.graph .fresh rect { stroke-dasharray: 5 3; }
.graph .failed rect { stroke: var(--bad); stroke-width: 3; }
.graph .edge { fill: none; stroke: var(--faint); stroke-width: 1.5; } .graph .arrow { fill: var(--faint); }
.matrices { display: flex; flex-wrap: wrap; gap: 0 2rem; }
.matrices > * { max-width: 100%; }
.matrix td { min-width: 4rem; padding: .4rem .6rem; border: 2px solid var(--paper); }
.matrix .diagonal { font-weight: 700; text-decoration: underline; text-underline-offset: .2em; }
${Array.from({ length: 10 }, (_, shade) => `.shade-${shade} { background: rgb(var(--shade) / ${(shade * 0.05).toFixed(2)}); }`).join("\n")}
.curves { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); gap: .4rem 1.5rem; }
.curve figure { display: flex; flex-direction: column; margin: .3rem 0; }
.curve figcaption { order: -1; }
.keys { margin-left: .6em; }
.drawn .keys { display: none; }
.controls { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem; margin: .5rem 0; font-size: .9rem; }
.controls button { font: inherit; color: var(--text); background: var(--panel); border: 1px solid var(--faint); border-radius: .3rem; padding: .3rem .7rem; min-height: 2.2rem; cursor: pointer; }
.controls button:focus-visible, .controls input:focus-visible, summary:focus-visible, a:focus-visible { outline: 2px solid var(--ours); outline-offset: 2px; }
.controls .hint { color: var(--soft); }
.chart { min-height: 14rem; }
.drawn .drawing { display: none; }
.u-legend { font-size: .85rem; } .u-legend th, .u-legend td { border: 0; } .u-legend .u-value { font-variant-numeric: tabular-nums; }
.u-select { background: rgb(var(--shade) / .2); }
mark { background: var(--mark); color: inherit; border-radius: .2em; padding: 0 .15em; }
mark.on { padding-left: 0; margin-left: -.15em; border-radius: 0 .2em .2em 0; }
mark small { opacity: .9; font-style: italic; }
.sample { border-left: 3px solid var(--line); padding: .1rem 0 .1rem .9rem; margin: 1rem 0; }
.sample header { color: var(--soft); font-size: .875rem; overflow-wrap: anywhere; }
.sample p { margin: .3rem 0; max-width: 52rem; overflow-wrap: anywhere; }
.segment { display: inline-block; min-width: 1.4rem; font-weight: 700; color: var(--soft); }
details { margin: .3rem 0; } summary { cursor: pointer; padding: .2rem 0; }
footer { margin-top: 3rem; color: var(--soft); font-size: .875rem; }
@media print {
  :root {
    --paper: #fff; --panel: #fff; --line: #bbb; --text: #000; --soft: #333; --ours: #0067a5; --other: #c1440e;
    --third: #6b5b95; --faint: #888; --mark: #ffe9a8; --shade: 0 103 165; --good: #04683f; --bad: #a3260f;
  }
  body { max-width: none; padding: 0 1px; font-size: 10pt; }
  nav, .controls, .chart { display: none; }
  .drawn .drawing { display: block; } .drawn .keys { display: inline; }
  .key, mark, .matrix td { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .scroll { overflow: visible; background: none; }
  figure, .sample, .stat, tr, .curve, .matrix { break-inside: avoid; }
  h2, h3, caption, summary { break-after: avoid; }
  h2 { margin-top: 1.6rem; }
  table, caption, .fine, figcaption { font-size: 8pt; }
  th, td, th.number { white-space: normal; overflow-wrap: break-word; } .good, .bad { white-space: nowrap; }
  .wrap { overflow-wrap: anywhere; min-width: 0; max-width: none; }
  .drawing .plot { max-width: 27.5rem; }
  .curves { grid-template-columns: 1fr 1fr; }
  .graph { max-width: 100%; max-height: 11cm; }
  details::details-content { content-visibility: visible; block-size: auto; }
  pre { font-size: 7pt; padding: 0; }
  details { margin: 0; } details pre, details p, details ul { margin: .1rem 0; } details p, details li { font-size: 8pt; }
  footer { margin-top: 1rem; }
}
`;
