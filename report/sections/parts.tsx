import type { ReactNode } from "react";
import { formatNumber } from "../../lib/format.ts";
import type { Drawing } from "../charts/draw.ts";

/** A section with its heading, and in a sentence what a reader who has never seen one is looking at. */
export function Section(props: {
  readonly id: string;
  readonly title: string;
  readonly lead: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section id={props.id} aria-labelledby={`${props.id}-title`}>
      <h2 id={`${props.id}-title`}>{props.title}</h2>
      <p className="lead">{props.lead}</p>
      {props.children}
    </section>
  );
}

/** One number that stands for a whole section. */
export function Stat(props: {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
}) {
  return (
    <div className="stat">
      <dt>{props.label}</dt>
      <dd>
        <span className="value">{props.value}</span>
        {props.note === undefined ? null : <span className="note">{props.note}</span>}
      </dd>
    </div>
  );
}

/** What stands in an element as it is: a script, a style sheet or a drawing of ours, never text from data. */
export function verbatim(text: string) {
  return { dangerouslySetInnerHTML: { __html: text } };
}

/** A chart with its caption. */
export function Figure(props: { readonly drawing: Drawing; readonly caption: ReactNode }) {
  return (
    <figure>
      <div className="drawing" {...verbatim(props.drawing.svg)} />
      <figcaption>{props.caption}</figcaption>
    </figure>
  );
}

/** A patch of a chart's colour, in a caption. */
export function Key({ kind }: { readonly kind: "ours" | "other" | "third" }) {
  return <span className={`key key-${kind}`} aria-hidden="true" />;
}

/** What is wider than a phone: it scrolls by itself, so that the page does not. */
export function Scroll(props: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable from the keyboard.
    <section className="scroll" aria-label={props.label} tabIndex={0}>
      {props.children}
    </section>
  );
}

type Cell = ReactNode | number | null;

export interface Column {
  readonly name: string;
  /** Numbers stand right. */
  readonly number?: boolean;
  /** Hashes and keys. */
  readonly code?: boolean;
  /** Sentences: they may take several lines. */
  readonly wrap?: boolean;
}

const CLASSES = ["number", "code", "wrap"] as const;

/** Rows below a caption. */
export function DataTable(props: {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}) {
  const { caption, columns, rows } = props;
  const classOf = (column: Column): string | undefined =>
    CLASSES.find((name) => column[name] === true);
  return (
    <Scroll label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col" className={classOf(column)}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows are drawn once.
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={columns[column]!.name} className={classOf(columns[column]!)}>
                  {shown(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function shown(cell: Cell): ReactNode {
  if (cell === null || cell === undefined) return "–";
  return typeof cell === "number" ? formatNumber(cell) : cell;
}
