import { useInput, useIsScreenReaderEnabled } from "ink";
import type { ReactNode } from "react";
import { Dashboard } from "./dashboard.tsx";
import { keyNames } from "./keys.ts";
import type { Line } from "./line.ts";
import type { Model } from "./model.ts";
import { Spoken } from "./spoken.tsx";
import type { Theme } from "./theme.ts";

export interface AppProps {
  readonly model: Model;
  /** The model as a frame. */
  readonly lines: readonly Line[];
  readonly theme: Theme;
  /** Whether keys can be read: raw mode needs a terminal as standard input. */
  readonly keys: boolean;
  readonly onKey: (key: string) => void;
}

/** The dashboard with its keys: raw mode keeps Ctrl-C from becoming a signal, so it is a key like the others. */
export function App({ model, lines, theme, keys, onKey }: AppProps): ReactNode {
  useInput(
    (input, key) => {
      for (const name of keyNames(input, key)) onKey(name);
    },
    { isActive: keys },
  );
  if (useIsScreenReaderEnabled()) return <Spoken model={model} />;
  return <Dashboard lines={lines} columns={model.columns} theme={theme} />;
}
