import { defineConfig } from "vitest/config";

/** `npm run test:long`: whole corpora, long fuzzing and comparisons with other programs, for minutes rather than seconds. */
export default defineConfig({
  test: {
    include: ["test/**/*.long.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
    passWithNoTests: true,
    reporters: ["default", "./test/summary-reporter.ts"],
  },
});
