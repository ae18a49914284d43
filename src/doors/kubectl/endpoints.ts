import type { JsonObject } from '../../kernel/json.ts';
import { fieldAt, numberAt, objectsAt, stringsAt, textAt } from './json-fields.ts';

const shown = 3;

/** The ready addresses behind a port of a service: "10.0.0.1:80,10.0.0.2:80 + 2 more...". */
export function endpointsText(slices: readonly JsonObject[], portName: string): string {
  if (slices.length === 0) return '<none>';
  const candidates = slices.flatMap((slice) => addressesOf(slice, portName));
  const ready = candidates.filter(({ isReady }) => isReady).map(({ text }) => text);
  // kubectl notices that there are more at the candidate after the third shown one, ready or not.
  const thirdAt = candidates.findIndex((_, index) => candidates.slice(0, index + 1).filter(({ isReady }) => isReady).length === shown);
  const hasMore = thirdAt >= 0 && candidates.length > thirdAt + 1;
  const list = ready.slice(0, shown).join(',');
  return hasMore ? `${list} + ${ready.length - shown} more...` : list;
}

type Candidate = { text: string; isReady: boolean };

function addressesOf(slice: JsonObject, portName: string): readonly Candidate[] {
  const endpoints = objectsAt(slice, 'endpoints').map((endpoint) => ({
    address: stringsAt(endpoint, 'addresses')[0] ?? '',
    isReady: fieldAt(endpoint, 'conditions', 'ready') !== false,
  }));
  const ports = objectsAt(slice, 'ports');
  if (ports.length === 0) return endpoints.map(({ address, isReady }) => ({ text: address, isReady }));
  return ports
    .filter((port) => textAt(port, 'name') === portName)
    .flatMap((port) =>
      endpoints.map(({ address, isReady }) => ({
        text: `${address.includes(':') ? `[${address}]` : address}:${numberAt(port, 'port')}`,
        isReady,
      })),
    );
}
