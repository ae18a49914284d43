import type { AlertLink } from './incident.ts';

/** What is asked of a list of alerts for each alert that joins it. Thousands may: looking through the list each time would be felt. */
type Index = {
  positions: Map<string, number>;
  /** Where the instances of a fingerprint are. */
  fingerprints: Map<string, number[]>;
  firing: number;
};

/** Finished lists never change, so what is known of one stays true; the index of a list moves on to its successor. */
const indexes = new WeakMap<readonly AlertLink[], Index>();

/** Lists in the making, each as one that can be changed. */
const growing = new WeakMap<readonly AlertLink[], AlertLink[]>();

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

/**
 * The list with this instance: in the place of the one with its key, or behind all others. What it makes of a finished list is a new one, which grows
 * in place with the next instance until it is finished itself: an incident that thousands join one by one would be copied thousands of times.
 */
export function withLink(alerts: readonly AlertLink[], link: AlertLink): readonly AlertLink[] {
  const index = indexOf(alerts);
  const list = growing.get(alerts) ?? [...alerts];
  const position = index.positions.get(link.key);
  if (position === undefined) {
    enter(index, link, list.length);
    list.push(link);
  } else {
    index.firing += Number(link.status === 'firing') - Number(list[position]?.status === 'firing');
    list[position] = link;
  }
  indexes.delete(alerts);
  indexes.set(list, index);
  growing.set(list, list);
  return list;
}

/** From here on the list stays as it is. */
export function finished(alerts: readonly AlertLink[]): void {
  growing.delete(alerts);
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
