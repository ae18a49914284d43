import { afterAll, beforeAll } from 'vitest';
import { stringify } from 'yaml';
import { realKubernetes, startControlPlane, type ControlPlane } from '../support/control-plane.ts';
import { requireOrSkip } from '../support/require.ts';
import { nodes, own } from './changes-cases.ts';
import type { Own } from './changes-cases.ts';
import { compareCases, type Case } from './compare.ts';

const describeReal = requireOrSkip(realKubernetes.name, realKubernetes.present, realKubernetes.how);

const sides = ['changes-real', 'changes-door'] as const;

const alonePod = (namespace: string): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'alone', namespace },
    spec: {
      nodeName: namespace,
      tolerations: [{ operator: 'Exists' }],
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'main', image: 'nginx' }],
      volumes: [{ name: 'tmp', emptyDir: {} }],
    },
  });

function objectsFor(name: string, namespace: string): string {
  const template = (app: string): object => ({
    metadata: { labels: { app } },
    spec: {
      nodeSelector: { nowhere: 'there' },
      containers: [
        {
          name: 'main',
          image: 'nginx:1',
          env: [
            { name: 'MODE', value: 'a' },
            { name: 'KEY', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
          ],
        },
        { name: 'side', image: 'busybox' },
      ],
    },
  });
  const metadata = { name, namespace, labels: { only: name }, annotations: { present: 'there' } };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { replicas: 0, selector: { matchLabels: { app: name } }, template: template(name) },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata,
      spec: { selector: { matchLabels: { app: `ds-${name}` } }, template: template(`ds-${name}`) },
    },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { k: '1', 'l-m': '2' } },
  ]
    .map((object) => stringify(object))
    .join('---\n');
}

const inNamespace = (text: string, namespace: string): string => text.replaceAll('@ns', namespace);

function asCase(entry: Own, name: string): Case {
  const named = (text: string): string => text.replaceAll('@o', name);
  return {
    line: named(entry.line),
    ...(entry.check === undefined ? {} : { check: entry.check.map(named) }),
    ...(entry.mask === undefined ? {} : { mask: entry.mask }),
    ...(entry.stdin === undefined ? {} : { stdin: entry.stdin }),
    async before(plane, namespace) {
      for (const line of entry.before ?? []) {
        const outcome = await plane.kubectl(inNamespace(named(line), namespace).split(' '), { stdin: alonePod(namespace) });
        if (outcome.exitCode !== 0) throw new Error(outcome.stderr);
      }
    },
  };
}

describeReal('changes are what kubectl makes of the same command line', () => {
  let plane: ControlPlane;

  beforeAll(async () => {
    plane = await startControlPlane();
    for (const side of sides) {
      const node = {
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name: side, annotations: { 'kwok.x-k8s.io/node': 'fake' } },
        status: { allocatable: { cpu: '8', memory: '8Gi', pods: '50' } },
      };
      await plane.apply(
        [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: side } }, node].map((object) => stringify(object)).join('---\n'),
      );
      await plane.kubectl(['create', 'serviceaccount', 'default', '-n', side]);
      const made = await plane.kubectl(['create', '-f', '-'], {
        stdin: own.map((_entry, index) => objectsFor(`o-${index}`, side)).join('---\n'),
      });
      if (made.exitCode !== 0) throw new Error(made.stderr);
    }
  });

  afterAll(async () => {
    await plane.kubectl(['delete', 'node,namespace', ...sides, '--wait=false']);
    await plane.stop();
  });

  compareCases(() => plane, [...own.map((entry, index) => asCase(entry, `o-${index}`)), ...nodes.map((entry) => asCase(entry, 'none'))], {
    namespace: sides[0],
    doorNamespace: sides[1],
    followMs: 180_000,
  });
});
