import { Box, Text } from "ink";
import type { ReactNode } from "react";
import { formatInteger, formatNumber } from "../lib/format.ts";
import { truncate, wrap } from "../lib/width.ts";
import { drawChart } from "./chart.ts";
import type { WatchedCurve } from "./watched.ts";

interface CurveProps {
  readonly curve: WatchedCurve;
  readonly columns: number;
  /** Title, chart and lines of metrics together; a blank line above is not counted. */
  readonly lines: number;
}

/** Wider than this a curve of a few hundred points only gets flatter. */
const MAX_WIDTH = 120;
/** Lines of metrics. */
const MAX_NUMBERS = 2;

/** A node's loss as a chart, with its latest metrics below. */
export function Curve({ curve, columns, lines }: CurveProps): ReactNode {
  const values = Object.entries(curve.metrics).map(
    ([name, value]) => `${name} ${formatNumber(value)}`,
  );
  const numbers = wrap([`step ${formatInteger(curve.step)}`, ...values].join("  "), columns);
  const shown = numbers.slice(0, MAX_NUMBERS);
  const chart = drawChart(curve.points, {
    width: Math.min(columns, MAX_WIDTH),
    height: lines - 1 - shown.length,
  });
  return (
    <Box flexDirection="column" marginTop={1}>
      <Text wrap="truncate" bold>
        {truncate(`${curve.node}  ${curve.metric}`, columns)}
      </Text>
      <Text color="cyan" wrap="truncate">
        {chart.join("\n")}
      </Text>
      <Text wrap="truncate">{shown.join("\n")}</Text>
    </Box>
  );
}
