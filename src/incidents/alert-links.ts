import type { AlertLink } from './incident.ts';

/** What is asked of a list of alerts for each alert that joins it. Thousands may: looking through the list each time would be felt. */
type Index = {
  positions: Map<string, number>;
  /** Where the instances of a fingerprint are. */
  fingerprints: Map<string, number[]>;
  firing: number;
};

/** Lists never change, so what is known of one stays true; the index of a list moves on to its successor. */
const indexes = new WeakMap<readonly AlertLink[], Index>();

/** The instance with this key. */
export function findLink(alerts: readonly AlertLink[], key: string): AlertLink | undefined {
  const position = indexOf(alerts).positions.get(key);
  return position === undefined ? undefined : alerts[position];
}

/** The instances of this fingerprint, in the order in which they joined. */
export function linksOf(alerts: readonly AlertLink[], fingerprint: string): readonly AlertLink[] {
  return (indexOf(alerts).fingerprints.get(fingerprint) ?? []).flatMap((position) => alerts[position] ?? []);
}

export function countFiring(alerts: readonly AlertLink[]): number {
  return indexOf(alerts).firing;
}

/** The list with this instance: in the place of the one with its key, or behind all others. */
export function withLink(alerts: readonly AlertLink[], link: AlertLink): readonly AlertLink[] {
  const index = indexOf(alerts);
  const position = index.positions.get(link.key);
  const next = position === undefined ? [...alerts, link] : alerts.with(position, link);
  indexes.delete(alerts);
  index.firing -= position !== undefined && alerts[position]?.status === 'firing' ? 1 : 0;
  if (position === undefined) enter(index, link, alerts.length);
  else index.firing += link.status === 'firing' ? 1 : 0;
  indexes.set(next, index);
  return next;
}

function indexOf(alerts: readonly AlertLink[]): Index {
  const known = indexes.get(alerts);
  if (known !== undefined) return known;
  const index: Index = { positions: new Map(), fingerprints: new Map(), firing: 0 };
  for (const [position, link] of alerts.entries()) enter(index, link, position);
  indexes.set(alerts, index);
  return index;
}

function enter(index: Index, link: AlertLink, position: number): void {
  index.positions.set(link.key, position);
  const others = index.fingerprints.get(link.fingerprint);
  if (others === undefined) index.fingerprints.set(link.fingerprint, [position]);
  else others.push(position);
  if (link.status === 'firing') index.firing += 1;
}
