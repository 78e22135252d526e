/**
 * Runs something and gives the processor time that this process took meanwhile, in ms: unlike time on the clock it
 * does not grow with what else the machine does.
 */
export async function processorTime(run: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
