const SIZES = ["B", "kB", "MB", "GB", "TB", "PB"];
const COUNTS = ["", "k", "M", "G", "T"];

/** Seconds as people say them: `0.4 s`, `12.3 s`, `4:05`, `1:02:03`. */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return "–";
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(whole % 60)}`
    : `${minutes}:${two(whole % 60)}`;
}

/** Bytes in powers of 1000 with three digits: `512 B`, `1.23 MB`. */
export function formatBytes(bytes: number): string {
  return scale(bytes, SIZES, " ");
}

/** A count short enough for a column: `950`, `12.3k`, `4.56M`. */
export function formatCount(count: number): string {
  return scale(count, COUNTS, "");
}

/** How many of a unit in a second: `12.3k/s`, of bytes `1.23 MB/s`. */
export function formatRate(speed: number, unit: string): string {
  return `${unit === "bytes" ? formatBytes(speed) : formatCount(speed)}/s`;
}

/** Made once: to format a number without one takes ten times as long. */
const WHOLE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** A whole number with its thousands apart: `1,234,567`. */
export function formatInteger(value: number): string {
  return WHOLE.format(value);
}

/** A measured number with four significant digits, never more than ten characters: `0.0012`, `6.021`, `1.2e-7`. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "-∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e9) return value.toExponential(1);
  if (Number.isInteger(value)) return formatInteger(value);
  if (size >= 1000) return formatInteger(Math.round(value));
  const fixed = value.toFixed(Math.max(0, 3 - Math.floor(Math.log10(size))));
  return size < 0.01 ? fixed.replace(/0+$/, "") : fixed;
}

function scale(value: number, names: readonly string[], gap: string): string {
  let scaled = value;
  let index = 0;
  while (Math.abs(scaled) >= 999.5 && index < names.length - 1) {
    scaled /= 1000;
    index++;
  }
  const digits = Number.isInteger(scaled) && index === 0 ? 0 : digitsFor(scaled);
  return `${scaled.toFixed(digits)}${names[index] === "" ? "" : gap}${names[index]}`;
}

/** Decimals that give three significant digits. */
function digitsFor(value: number): number {
  const size = Math.abs(value);
  if (size >= 99.95) return 0;
  return size >= 9.995 ? 1 : 2;
}
