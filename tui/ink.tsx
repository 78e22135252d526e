import { render } from "ink";
import { App, type AppProps } from "./app.tsx";
import type { Screen } from "./screen.ts";

/** The dashboard held by Ink. */
export interface Held {
  rerender(props: AppProps): void;
  unmount(): void;
}

/** Gives the dashboard to Ink, which reads keys from `keyboard` and says to a screen reader what is to be `spoken`. */
export function hold(
  props: AppProps,
  screen: Screen,
  keyboard: NodeJS.ReadStream,
  spoken: boolean,
): Held {
  const ink = render(<App {...props} />, {
    stdout: screen as unknown as NodeJS.WriteStream,
    stdin: keyboard,
    exitOnCtrlC: false,
    patchConsole: false,
    debug: spoken,
    isScreenReaderEnabled: spoken,
  });
  // Without this an error in a component would leave an empty screen and say nothing.
  ink.waitUntilExit().catch((error: unknown) => {
    queueMicrotask(() => {
      throw error;
    });
  });
  return { rerender: (next) => ink.rerender(<App {...next} />), unmount: () => ink.unmount() };
}
