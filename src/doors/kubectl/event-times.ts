import type { JsonObject } from '../../kernel/json.ts';
import { ageOf } from './go-format.ts';
import { numberAt, objectAt, textAt } from './json-fields.ts';

/** When an event was seen, for people: "5m" or "10s (x3 over 5m)". */
export function eventInterval(event: JsonObject, now: Date): string {
  const first = textAt(event, 'eventTime') || textAt(event, 'firstTimestamp');
  const series = objectAt(event, 'series');
  if (series !== undefined) {
    return `${ageOf(textAt(series, 'lastObservedTime'), now)} (x${numberAt(series, 'count')} over ${ageOf(first, now)})`;
  }
  const count = numberAt(event, 'count');
  return count > 1 ? `${ageOf(textAt(event, 'lastTimestamp'), now)} (x${count} over ${ageOf(first, now)})` : ageOf(first, now);
}

/** The time by which `kubectl events` sorts, in milliseconds. */
export function eventTime(event: JsonObject): number {
  const series = objectAt(event, 'series');
  const text = series === undefined ? textAt(event, 'lastTimestamp') || textAt(event, 'eventTime') : textAt(series, 'lastObservedTime');
  return Date.parse(text) || 0;
}
