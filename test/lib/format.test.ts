import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatBytes,
  formatCount,
  formatInteger,
  formatNumber,
  formatSeconds,
} from "../../lib/format.ts";

describe("format", () => {
  it.each([
    [0, "0.0 s"],
    [12.34, "12.3 s"],
    [59.94, "59.9 s"],
    [59.96, "1:00"],
    [245, "4:05"],
    [3723, "1:02:03"],
    [Number.NaN, "–"],
    [-1, "–"],
    [Number.POSITIVE_INFINITY, "–"],
  ])("%d seconds as %s", (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });

  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.00 kB"],
    [12_345, "12.3 kB"],
    [999_999, "1.00 MB"],
    [4_110_000_000, "4.11 GB"],
  ])("%d bytes as %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [950, "950"],
    [22.504, "22.5"],
    [0.628, "0.63"],
    [12_345, "12.3k"],
    [4_560_000, "4.56M"],
  ])("a count of %d as %s", (count, text) => {
    expect(formatCount(count)).toBe(text);
  });

  it.each([
    [0, "0"],
    [400, "400"],
    [6.0214, "6.021"],
    [0.57754, "0.5775"],
    [0.001, "0.001"],
    [0.00123456, "0.001235"],
    [1.2e-7, "1.2e-7"],
    [1234.5, "1,235"],
    [-7.12345, "-7.123"],
    [Number.NaN, "NaN"],
    [Number.NEGATIVE_INFINITY, "-∞"],
  ])("the number %d as %s", (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it("shows every number so that it can be read back to three digits", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e300, max: 1e300, noNaN: true }), (value) => {
        const shown = Number(formatNumber(value).replaceAll(",", ""));
        expect(Math.abs(shown - value)).toBeLessThanOrEqual(Math.abs(value) * 0.051);
      }),
    );
    expect(formatInteger(1_234_567)).toBe("1,234,567");
  });
});
