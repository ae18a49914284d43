import { isDeepStrictEqual } from 'node:util';
import { expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { differences } from './differences.ts';
import type { Difference } from './differences.ts';
import { knownDifferences } from './known-differences.ts';
import type { KnownDifference } from './known-differences.ts';
import { inputs } from './lines.ts';
import { normalise, normalisePrinted } from './normalise.ts';
import type { Ask, Side, Sides } from './sides.ts';

/** Things happen on both sides by themselves, so what is read is read again until it is the same. */
const patience = { timeout: 60_000, interval: 150 };
const explained = new Set<KnownDifference>();

function titleOf({ method, path, body, type, accept, as }: Ask): string {
  const words = [method, path, body === undefined ? '' : JSON.stringify(body).slice(0, 90), type?.split('/')[1] ?? '', accept ?? ''];
  return [...words, as === undefined ? '' : `as ${as}`].filter((word) => word !== '').join(' ');
}

/** One test for each request: both servers give the same answer. */
export function compareRequests(sides: () => Sides, asks: readonly Ask[]): void {
  it.each(asks.map((ask, index) => ({ title: `${index + 1}. ${titleOf(ask)}`, ask })))('$title', async ({ ask }) => {
    const { real, simulated } = sides();
    if (ask.method !== 'GET') await Promise.all([real, simulated].map((side) => untilObserved(side, ask)));
    const compare = async (): Promise<void> => {
      const [one, other] = await Promise.all([real.ask(ask), simulated.ask(ask)]);
      expect(unexplained(titleOf(ask), normalise(one), normalise(other))).toEqual([]);
    };
    await (ask.method === 'GET' ? vi.waitFor(compare, patience) : compare());
  });
}

/** The status of a workload is in the answer to its patch, so the changes before have to be seen by its controller. */
async function untilObserved(side: Side, { path }: Ask): Promise<void> {
  const object = /^\/apis\/apps\/v1\/namespaces\/[^/]+\/[a-z]+\/[^/?]+/.exec(path)?.[0];
  if (object === undefined) return;
  await vi.waitFor(async () => {
    const { metadata, status } = (await side.ask({ method: 'GET', path: object })).body as Workload;
    if (typeof status === 'object') expect(status.observedGeneration ?? metadata.generation).toBeGreaterThanOrEqual(metadata.generation);
  }, patience);
}

type Workload = { metadata: { generation: number }; status?: string | { observedGeneration?: number } };

/** One test for each command line of kubectl: the same output, the same exit status. */
export function compareLines(sides: () => Sides, lines: readonly string[]): void {
  it.each(lines.map((line, index) => ({ title: `${index + 1}. kubectl ${line}`, line })))('$title', async ({ line }) => {
    const compare = async (): Promise<void> => {
      const [real, simulated] = await Promise.all([printed(sides().real, line), printed(sides().simulated, line)]);
      const left = real.value === undefined ? [] : unexplained(`kubectl ${line}`, real.value, simulated.value);
      expect({ ...withoutKnown(line, simulated.lines, real.lines), left }).toEqual({
        ...withoutKnown(line, real.lines, simulated.lines),
        left: [],
      });
    };
    await (/^(get|describe|events|logs|rollout (status|history)|wait)/.test(line) ? vi.waitFor(compare, patience) : compare());
  });
}

type Printed = { value?: unknown; lines: readonly string[] };

async function printed(side: Side, line: string): Promise<Printed> {
  const [command = '', input] = line.split(' <<');
  const { stdout, stderr, exitCode } = await side.kubectl(
    [...command.split(' '), '-n', 'shop'],
    input === undefined ? '' : JSON.stringify(inputs[input]),
  );
  const isObject = / -o (yaml|json)$/.test(line);
  // Rows stand in the order of their drawn names.
  const out = normalisePrinted(stdout);
  const lines = [
    `exit ${exitCode}`,
    ...(isObject ? [] : line.startsWith('get ') ? out.toSorted() : out),
    ...normalisePrinted(stderr).map((each) => `2> ${each}`),
  ];
  return isObject ? { value: normalise(parse(stdout)), lines } : { lines };
}

function withoutKnown(line: string, lines: readonly string[], others: readonly string[]): { lines: readonly string[] } {
  let left = lines;
  for (const known of knownDifferences) {
    if (!('lines' in known) || !known.on.test(`kubectl ${line}`)) continue;
    const keep = (each: string): boolean => !known.lines.test(each);
    if (
      !isDeepStrictEqual(
        lines.filter((each) => !keep(each)),
        others.filter((each) => !keep(each)),
      )
    )
      explained.add(known);
    left = left.filter(keep);
  }
  return { lines: left };
}

/** What differs without a known reason. */
export function unexplained(title: string, real: unknown, simulated: unknown): readonly Difference[] {
  return differences(real, simulated).filter((difference) => !knownDifferences.some((known) => explains(known, title, difference)));
}

function explains(known: KnownDifference, title: string, { at, real, simulated }: Difference): boolean {
  if (!('at' in known) || !known.on.test(title) || !known.at.test(at)) return false;
  const { but } = known;
  const isSame =
    but === undefined ||
    (typeof real === 'string' && typeof simulated === 'string' && real.replace(but, '') === simulated.replace(but, ''));
  if (isSame) explained.add(known);
  return isSame;
}

/** Known differences that nothing needed. */
export function unusedDifferences(): readonly string[] {
  return knownDifferences
    .filter((known) => known.sometimes !== true && !explained.has(known))
    .map(({ on, why }) => `${String(on)}: ${why}`);
}
