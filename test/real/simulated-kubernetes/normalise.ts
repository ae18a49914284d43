/** What cannot be equal on two servers, and why. Nothing else is made equal before answers are compared. */
const inText: readonly { why: string; pattern: RegExp; by: string }[] = [
  { why: 'each server draws its own ids', pattern: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, by: 'UID' },
  { why: 'the two are asked at different instants', pattern: /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, by: 'TIME' },
  {
    why: 'the same, as describe writes it',
    pattern: /\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g,
    by: 'TIME',
  },
  { why: 'resource versions count what else happened on a server', pattern: /(resourceVersion"?: ?"?)\d+/g, by: '$1RV' },
  { why: 'the same, in a refusal', pattern: /in record \(\d+\)/g, by: 'in record (RV)' },
  { why: 'addresses are drawn from the ranges of a server', pattern: /\b(10|127)\.\d+\.\d+\.\d+\b/g, by: 'IP' },
  {
    why: 'hashes of templates and random ends of names are drawn',
    pattern: /-[bcdfghjklmnpqrstvwxz2456789]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g,
    by: '-HASH-RANDOM',
  },
  { why: 'hashes of templates differ by the way they are computed', pattern: /-[bcdfghjklmnpqrstvwxz2456789]{8,10}\b/g, by: '-HASH' },
  {
    why: 'random ends of names are drawn',
    pattern: /\b(agent|kube-api-access|made|report)-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g,
    by: '$1-RANDOM',
  },
  { why: 'labels and annotations hold the same hashes', pattern: /(-hash[=:] ?)[bcdfghjklmnpqrstvwxz2456789]{6,10}\b/g, by: '$1HASH' },
];

/** Ages of less than ten minutes, and of the event of long ago: told from the instants at which the two are asked. */
const age = /(?<![\w.:-])(\d{1,3}s|\dm(\d{1,2}s)?|\d{2,3}d)(?![\w.:-])/g;

const byKey: Readonly<Record<string, { why: string; by?: string }>> = {
  managedFields: { why: 'who wrote which field rests on the schema of each type; the simulator does not tell members of lists apart' },
  resourceVersion: { why: 'it counts what else happened on a server', by: 'RV' },
  'pod-template-hash': { why: 'a hash is computed in another way', by: 'HASH' },
  'controller-revision-hash': { why: 'a hash is computed in another way', by: 'HASH' },
  'controller.kubernetes.io/hash': { why: 'a hash is computed in another way', by: 'HASH' },
  containerID: { why: 'the fake kubelets of the real control plane run no containers' },
  imageID: { why: 'and pull no images' },
  started: { why: 'and have no startup probes' },
  'node.alpha.kubernetes.io/ttl': { why: 'a controller that cares for the caches of kubelets adds it at some moment' },
  continue: { why: 'a token that means something to its own server only', by: 'TOKEN' },
};

function normaliseText(text: string): string {
  return inText.reduce((so, { pattern, by }) => so.replaceAll(pattern, by), text);
}

/** What a real kubelet tells and the fake ones do not: its usual events, one condition, the ids of containers and images; and what is added for its caches. */
const fakeKubelet =
  /Normal  (Pulling|Pulled|Created|Started|Killing)  |^ +PodReadyToStartContainers |^ +(Container|Image) ID:|node\.alpha\.kubernetes\.io\/ttl/;

/** What `rollout status` and `drain` say while they wait: how many steps are seen depends on how fast pods come and go. */
const inBetween = /^Waiting for |^error when evicting pods|^(2> )?(evicting pod|There are pending)/;

/** Printed tables, whose columns are as wide as the widest drawn name or age in them. */
export function normalisePrinted(text: string): readonly string[] {
  return normaliseText(text)
    .replaceAll(age, 'AGE')
    .split('\n')
    .map((line) => inNoOrder(line.replaceAll(/(?<=\S) {2,}|\t+/g, '  ').trimEnd()))
    .filter((line) => !fakeKubelet.test(line) && !inBetween.test(line));
}

/** Any JSON; lists of objects with drawn names come in the order of their normalised form, since their order follows the names. */
export function normalise(value: unknown): unknown {
  if (typeof value === 'string') return normaliseText(value);
  if (Array.isArray(value)) return inOrder(value.map(normalise));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, member]): [string, unknown][] => {
    const rule = Object.hasOwn(byKey, key) ? byKey[key] : undefined;
    // The order of conditions tells only which of them changed last.
    if (key === 'conditions' && Array.isArray(member)) return [[key, sorted(member.filter((each) => !isKubeletsOwn(each)).map(normalise))]];
    if (key === 'cells') return [[key, normalise(JSON.parse(JSON.stringify(member).replaceAll(age, 'AGE')))]];
    if (rule === undefined || (typeof member === 'object' && rule.by !== undefined)) return [[normaliseText(key), normalise(member)]];
    return rule.by === undefined || member === '' ? [] : [[key, rule.by]];
  });
  return Object.fromEntries(entries);
}

function sorted(list: readonly unknown[]): readonly unknown[] {
  const typeOf = (item: unknown): string => (item as { type?: string }).type ?? '';
  return list.toSorted((a, b) => (typeOf(a) < typeOf(b) ? -1 : 1));
}

/** A condition that a real kubelet reports, and the fake kubelets do not. */
function isKubeletsOwn(condition: unknown): boolean {
  return JSON.stringify(condition).includes('"PodReadyToStartContainers"');
}

function inOrder(list: readonly unknown[]): readonly unknown[] {
  const drawn =
    list.every((item) => typeof item === 'object' && item !== null) &&
    list.some((item) => nameIn(item).includes('-HASH') || nameIn(item).includes('-RANDOM'));
  const keyOf = (item: unknown): string => `${nameIn(item)} ${JSON.stringify(item)}`;
  return drawn ? list.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) : list;
}

/** The name of an object of the API, or of the one behind a row. */
function nameIn(item: unknown): string {
  const { metadata, cells } = item as { metadata?: { name?: string }; cells?: readonly unknown[] };
  const first = cells?.[0];
  return metadata?.name ?? (typeof first === 'string' ? first : '');
}

/** Replica sets that were made within one second stand in the order of their drawn names. */
function inNoOrder(line: string): string {
  const [, head, sets] = /^(OldReplicaSets: +)(.*)$/.exec(line) ?? [];
  return head === undefined || sets === undefined ? line : head + sets.split(', ').toSorted().join(', ');
}
