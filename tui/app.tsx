import { useInput } from "ink";
import type { ReactNode } from "react";
import { Dashboard, type DashboardProps } from "./dashboard.tsx";

export interface AppProps extends DashboardProps {
  /** Whether keys can be read: raw mode needs a terminal as standard input. */
  readonly keys: boolean;
  readonly onStop: () => void;
}

/** The dashboard with its keys: raw mode keeps Ctrl-C from becoming a signal, so it is handled here. */
export function App({ keys, onStop, ...dashboard }: AppProps): ReactNode {
  useInput(
    (input, key) => {
      if (input === "q" || (key.ctrl && input === "c")) onStop();
    },
    { isActive: keys },
  );
  return <Dashboard {...dashboard} />;
}
