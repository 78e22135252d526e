import { expect, test } from "vitest";
import { advise } from "../../cli/doctor/advice.ts";

const WELL = {
  nodeSupported: true,
  memory: 8e9,
  disk: 50e9,
  backends: [{ name: "onnxruntime", available: true }],
};

test("nothing is advised where all is well, or where it is not known", () => {
  expect(advise(WELL)).toEqual([]);
  expect(advise({ ...WELL, disk: undefined })).toEqual([]);
});

test.each([
  [{ nodeSupported: false }, "install Node"],
  [{ memory: 1e9 }, "-j 1"],
  [{ disk: 1e9 }, "--store"],
  [{ backends: [{ name: "onnxruntime", available: false }] }, "npm install onnxruntime-node"],
  [{ backends: [{ name: "tensorflow", available: false }] }, "--build-tensorflow"],
])("%o is answered by what to do", (change, text) => {
  const advice = advise({ ...WELL, ...change });
  expect(advice).toHaveLength(1);
  expect(advice[0]).toContain(text);
});
