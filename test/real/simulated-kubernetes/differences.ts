export type Difference = { at: string; real: unknown; simulated: unknown };

/** Where two JSON values differ: each place once, with what stands there. */
export function differences(real: unknown, simulated: unknown, at = ''): readonly Difference[] {
  if (Object.is(real, simulated)) return [];
  if (Array.isArray(real) && Array.isArray(simulated))
    return Array.from({ length: Math.max(real.length, simulated.length) }, (_, index) =>
      differences(real[index], simulated[index], `${at}[${index}]`),
    ).flat();
  if (isObject(real) && isObject(simulated)) {
    const keys = [...new Set([...Object.keys(real), ...Object.keys(simulated)])];
    return keys.flatMap((key) => differences(real[key], simulated[key], `${at}.${key}`));
  }
  return [{ at, real, simulated }];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
