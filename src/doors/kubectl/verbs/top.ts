import type { JsonObject } from '../../../kernel/json.ts';
import { allArgs, flagOf, isOn } from '../call.ts';
import { compareText, objectAt, objectsAt, textAt } from '../json-fields.ts';
import { KubectlError } from '../kubectl-error.ts';
import { type Amounts, added, amountsOf } from '../pod-resources.ts';
import { milliOf, noQuantity, unitsOf } from '../quantity.ts';
import { alignTabs, tableStyle } from '../tab-writer.ts';
import type { KubectlCall, Need, Verb, VerbContext } from '../verb.ts';
import { namespaceFor } from './call-place.ts';
import { usageError } from './log-options.ts';
import { readMetrics } from './metrics-api.ts';
import { readNeed } from './read-needs.ts';

const flags: Verb['flags'] = [
  { name: 'selector', short: 'l', value: 'text' },
  { name: 'sort-by', value: 'text' },
  { name: 'no-headers', value: 'none' },
  { name: 'use-protocol-buffers', value: 'none' },
  { name: 'show-swap', value: 'none' },
];

type Row = { name: string; amounts: Amounts };

export const topPod: Verb = {
  name: 'top pod',
  aliases: ['top pods', 'top po', 'adm top pod', 'adm top pods', 'adm top po'],
  flags: [
    ...flags,
    { name: 'field-selector', value: 'text' },
    { name: 'containers', value: 'none' },
    { name: 'all-namespaces', short: 'A', value: 'none' },
    { name: 'sum', value: 'none' },
  ],
  effect: () => ({ type: 'read' }),
  needs(call) {
    const [name] = allArgs(call);
    const verb = name === undefined ? { verb: 'list' } : { verb: 'get', name };
    return [readNeed(call, { apiGroup: 'metrics.k8s.io', resource: 'pods', ...verb })];
  },
  async run(call, context) {
    checkSort(call);
    const name = onlyName(call, ['selector', 'field-selector'], 'only one of NAME or selector can be provided');
    const namespace = namespaceFor(call, context);
    const metrics = await readMetrics(context, {
      resource: 'pods',
      namespace: call.allNamespaces ? undefined : namespace,
      name,
      labelSelector: flagOf(call, 'selector') ?? '',
      fieldSelector: flagOf(call, 'field-selector') ?? '',
    });
    if (metrics.length === 0) {
      await noMetrics(call, context);
      return 0;
    }
    context.out(podTable(metrics, call));
    return 0;
  },
};

/** Why there are no metrics: no pods, or pods that nobody has measured yet. */
async function noMetrics(call: KubectlCall, context: VerbContext): Promise<void> {
  const namespace = namespaceFor(call, context);
  const pods = await context.api.list(await context.api.typeOf('pods'), {
    namespace,
    labelSelector: flagOf(call, 'selector') ?? '',
    fieldSelector: flagOf(call, 'field-selector') ?? '',
  });
  if (pods.length > 0) throw new KubectlError('metrics not available yet');
  context.err(call.allNamespaces ? 'No resources found\n' : `No resources found in ${namespace} namespace.\n`);
}

function podTable(metrics: readonly JsonObject[], call: KubectlCall): string {
  const perContainer = isOn(call, 'containers');
  const sort = flagOf(call, 'sort-by') ?? '';
  const pods = metrics
    .map((pod) => ({
      namespace: textAt(pod, 'metadata', 'namespace'),
      name: textAt(pod, 'metadata', 'name'),
      containers: objectsAt(pod, 'containers').map(containerRow),
    }))
    .map((pod) => ({ ...pod, amounts: sumOf(pod.containers) }))
    .toSorted((a, b) => (sort === '' && call.allNamespaces ? compareText(a.namespace, b.namespace) : 0) || bySize(sort)(a, b));
  const start = [...(call.allNamespaces ? ['NAMESPACE'] : []), ...(perContainer ? ['POD'] : [])];
  const lines = pods.flatMap((pod) => {
    const place = [...(call.allNamespaces ? [pod.namespace] : []), ...(perContainer ? [pod.name] : [])];
    const rows: readonly Row[] = perContainer ? pod.containers.toSorted(bySize(sort)) : [pod];
    return rows.map((row) => cells([...place, row.name, ...usage(row.amounts)]));
  });
  const head = isOn(call, 'no-headers') ? [] : [cells([...start, 'NAME', 'CPU(cores)', 'MEMORY(bytes)'])];
  const columns = 3 + (isOn(call, 'no-headers') ? 0 : start.length);
  const foot = isOn(call, 'sum') ? sumLines(sumOf(pods), columns) : [];
  return alignTabs([...head, ...lines, ...foot].join(''), tableStyle);
}

function containerRow(container: JsonObject): Row {
  return { name: textAt(container, 'name'), amounts: amountsOf(container, 'usage') };
}

function sumOf(rows: readonly Row[]): Amounts {
  return rows.map((row) => row.amounts).reduce<Amounts>(added, new Map());
}

function sumLines(total: Amounts, columns: number): readonly string[] {
  const empty = (count: number) => Array.from({ length: count }, () => '');
  return [cells([...empty(columns - 2), '________', '________']), cells([...empty(columns - 3), '', ...usage(total)])];
}

const cells = (values: readonly string[]): string => `${values.map((value) => `${value}\t`).join('')}\n`;
const milliCpu = (amounts: Amounts): number => milliOf(amounts.get('cpu') ?? noQuantity);
const bytes = (amounts: Amounts): number => unitsOf(amounts.get('memory') ?? noQuantity);
const usage = (amounts: Amounts): readonly [string, string] => [`${milliCpu(amounts)}m`, `${Math.trunc(bytes(amounts) / 1_048_576)}Mi`];

const bySize =
  (sort: string) =>
  (a: Row, b: Row): number => {
    if (sort === 'cpu') return milliCpu(b.amounts) - milliCpu(a.amounts);
    return sort === 'memory' ? bytes(b.amounts) - bytes(a.amounts) : compareText(a.name, b.name);
  };

function checkSort(call: KubectlCall): void {
  if (!['', 'cpu', 'memory'].includes(flagOf(call, 'sort-by') ?? '')) throw new KubectlError('--sort-by accepts only cpu or memory');
}

function onlyName(call: KubectlCall, selectors: readonly string[], message: string): string | undefined {
  const args = allArgs(call);
  if (args.length > 1) throw usageError(call, `${call.verb.split(' ')[1] ?? ''} [NAME | -l label]`);
  if (args.length === 1 && selectors.some((flag) => (flagOf(call, flag) ?? '') !== '')) throw new KubectlError(message);
  return args[0];
}

export const topNode: Verb = {
  name: 'top node',
  aliases: ['top nodes', 'top no', 'adm top node', 'adm top nodes', 'adm top no'],
  flags: [...flags, { name: 'show-capacity', value: 'none' }],
  effect: () => ({ type: 'read' }),
  needs(call) {
    const [name] = allArgs(call);
    const verb = name === undefined ? { verb: 'list' } : { verb: 'get', name };
    return ['metrics.k8s.io', ''].map((apiGroup): Need => ({ apiGroup, resource: 'nodes', ...verb, namespace: null, for: 'read' }));
  },
  async run(call, context) {
    checkSort(call);
    const name = onlyName(call, ['selector'], 'only one of NAME or --selector can be provided');
    const labelSelector = flagOf(call, 'selector') ?? '';
    const metrics = await readMetrics(context, { resource: 'nodes', namespace: undefined, name, labelSelector, fieldSelector: '' });
    if (metrics.length === 0) throw new KubectlError('metrics not available yet');
    const type = await context.api.typeOf('nodes');
    const nodes =
      name === undefined
        ? await context.api.list(type, { namespace: undefined, labelSelector })
        : [await context.api.get(type, { namespace: '', name })];
    context.out(nodeTable(metrics, nodes, call));
    return 0;
  },
};

function nodeTable(metrics: readonly JsonObject[], nodes: readonly JsonObject[], call: KubectlCall): string {
  const field = isOn(call, 'show-capacity') ? 'capacity' : 'allocatable';
  const whole = new Map(nodes.map((node) => [textAt(node, 'metadata', 'name'), amountsOf(objectAt(node, 'status'), field)]));
  const rows = metrics
    .map((metric): Row => ({ name: textAt(metric, 'metadata', 'name'), amounts: amountsOf(metric, 'usage') }))
    .toSorted(bySize(flagOf(call, 'sort-by') ?? ''));
  const measured = new Set(rows.map((row) => row.name));
  const head = isOn(call, 'no-headers') ? [] : [cells(['NAME', 'CPU(cores)', 'CPU(%)', 'MEMORY(bytes)', 'MEMORY(%)'])];
  const unknown = [...whole.keys()].filter((name) => !measured.has(name));
  const lines = [
    ...rows.map((row) => cells([row.name, ...nodeUsage(row.amounts, whole.get(row.name))])),
    ...unknown.map((name) => cells([name, ...Array.from({ length: 4 }, () => '<unknown>')])),
  ];
  return alignTabs([...head, ...lines].join(''), tableStyle);
}

function nodeUsage(used: Amounts, whole: Amounts | undefined): readonly string[] {
  return usage(used).flatMap((text, index) => {
    const name = index === 0 ? 'cpu' : 'memory';
    const available = whole?.get(name);
    if (available === undefined) return [text];
    const percent = available.nano === 0n ? 0 : (milliOf(used.get(name) ?? noQuantity) / milliOf(available)) * 100;
    return [text, `${Math.trunc(percent)}%`];
  });
}
