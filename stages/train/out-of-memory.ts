/** How the libraries that compute say that there is no memory, and how V8 does of an array. */
const OUT_OF_MEMORY =
  /out of memory|bad_alloc|failed to allocate memory|\bOOM\b|array buffer allocation failed|invalid array (buffer )?length/i;

/** Whether an error says that memory ran out. */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && OUT_OF_MEMORY.test(error.message);
}
