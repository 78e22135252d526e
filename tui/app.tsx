import { useInput, useIsScreenReaderEnabled } from "ink";
import { type ReactNode, useLayoutEffect } from "react";
import { keyNames } from "./keys.ts";
import type { Line } from "./line.ts";
import type { Model } from "./model.ts";
import { Spoken } from "./spoken.tsx";

export interface AppProps {
  readonly model: Model;
  /** The model as a frame. */
  readonly lines: readonly Line[];
  /** Puts a frame on the screen. */
  readonly draw: (lines: readonly Line[]) => void;
  /** Whether keys can be read: raw mode needs a terminal as standard input. */
  readonly keys: boolean;
  readonly onKey: (key: string) => void;
}

/**
 * The dashboard with its keys: raw mode keeps Ctrl-C from becoming a signal, so it is a key like the others. A frame is
 * drawn as onto a canvas: laid out by Ink, cell by cell, one of a large terminal costs a hundred times as much.
 */
export function App({ model, lines, draw, keys, onKey }: AppProps): ReactNode {
  const spoken = useIsScreenReaderEnabled();
  useInput(
    (input, key) => {
      for (const name of keyNames(input, key)) onKey(name);
    },
    { isActive: keys },
  );
  useLayoutEffect(() => {
    if (!spoken) draw(lines);
  }, [spoken, draw, lines]);
  return spoken ? <Spoken model={model} /> : null;
}
