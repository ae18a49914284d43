import type { JsonObject } from '../../kernel/json.ts';
import { fieldAt, objectAt, objectsAt, textAt, textsAt } from './json-fields.ts';
import { addQuantities, largerQuantity, noQuantity, parseQuantity, type Quantity } from './quantity.ts';

export type Amounts = ReadonlyMap<string, Quantity>;
type Kind = 'requests' | 'limits';

/** Whether what is really allotted (the status) counts beside what was asked for. */
export type Basis = 'spec' | 'status';

/** What a pod asks for as a whole: its containers together, or its largest init container if that is more, plus its overhead. */
export function podAmounts(pod: JsonObject, kind: Kind, basis: Basis): Amounts {
  const regular = objectsAt(pod, 'spec', 'containers').map((container) => containerAmounts(pod, container, { kind, basis }));
  let sum = regular.reduce<Amounts>(added, new Map());
  let sidecars: Amounts = new Map();
  let initial: Amounts = new Map();
  for (const container of objectsAt(pod, 'spec', 'initContainers')) {
    const isSidecar = textAt(container, 'restartPolicy') === 'Always';
    const own = containerAmounts(pod, container, { kind, basis: isSidecar ? basis : 'spec' });
    if (isSidecar) sum = added(sum, own);
    const together = added(sidecars, own);
    if (isSidecar) sidecars = together;
    initial = largest(initial, together);
  }
  const whole = new Map(largest(sum, initial));
  for (const [name, amount] of amountsAt(objectAt(pod, 'spec', 'resources'), kind)) {
    if (/^(?:cpu|memory|hugepages-.*)$/.test(name)) whole.set(name, amount);
  }
  return withOverhead(whole, amountsAt(objectAt(pod, 'spec'), 'overhead'), kind);
}

function withOverhead(whole: Amounts, overhead: Amounts, kind: Kind): Amounts {
  if (kind === 'requests') return added(whole, overhead);
  return new Map(
    [...whole].map(([name, amount]) => [name, amount.nano === 0n ? amount : addQuantities(amount, overhead.get(name) ?? noQuantity)]),
  );
}

function containerAmounts(pod: JsonObject, container: JsonObject, { kind, basis }: { kind: Kind; basis: Basis }): Amounts {
  const asked = amountsAt(objectAt(container, 'resources'), kind);
  const name = textAt(container, 'name');
  const status = [...objectsAt(pod, 'status', 'containerStatuses'), ...objectsAt(pod, 'status', 'initContainerStatuses')].find(
    (candidate) => textAt(candidate, 'name') === name,
  );
  if (basis === 'spec' || fieldAt(status, 'resources') === undefined) return asked;
  const given = amountsAt(objectAt(status, 'resources'), kind);
  return kind === 'requests' ? [given, amountsAt(status, 'allocatedResources')].reduce(largest, asked) : largest(asked, given);
}

function amountsAt(source: JsonObject | undefined, field: string): Amounts {
  return new Map(textsAt(source, field).map(([name, text]) => [name, parseQuantity(text)]));
}

/** The amounts of a resource list, by name. */
export const amountsOf = amountsAt;

export function added(a: Amounts, b: Amounts): Amounts {
  return merged(a, b, addQuantities);
}

function largest(a: Amounts, b: Amounts): Amounts {
  return merged(a, b, largerQuantity);
}

function merged(a: Amounts, b: Amounts, join: (x: Quantity, y: Quantity) => Quantity): Amounts {
  const result = new Map(a);
  for (const [name, amount] of b) result.set(name, join(result.get(name) ?? noQuantity, amount));
  return result;
}
