import { afterAll, beforeAll } from 'vitest';
import { stringify } from 'yaml';
import { realKubernetes, startControlPlane, type ControlPlane } from '../support/control-plane.ts';
import { requireOrSkip } from '../support/require.ts';
import { compareCases, type Case } from './compare.ts';

const describeReal = requireOrSkip(realKubernetes.name, realKubernetes.present, realKubernetes.how);

const sides = ['changes-real', 'changes-door'] as const;

/** A command line with an own object: `@o` is its name, and `check` reads what became of it. */
type Own = { line: string; before?: readonly string[]; check?: readonly string[]; mask?: (text: string) => string; stdin?: string };

const replicas = 'get deployment @o -n @ns -o jsonpath={.spec.replicas}';
const containers = 'get deployment @o -n @ns -o jsonpath={.spec.template.spec.containers}';
const annotations = 'get deployment @o -n @ns -o jsonpath={.metadata.annotations}{.spec.template.metadata.annotations}';
const labels = 'get deployment @o -n @ns -o jsonpath={.metadata.labels}';
/** Who changed the object, by the name that kubectl gives to the verb's changes. */
const manager = (name: string): string =>
  `get deployment @o -n @ns -o jsonpath={.metadata.managedFields[?(@.manager=="kubectl-${name}")].manager}`;
/** Only what the lines are about: the controllers taint nodes for their own reasons. */
const taints = `get node @ns -o go-template='{{range .spec.taints}}{{if or (eq .key "a") (eq .key "c")}}{{.key}}={{.value}}:{{.effect}} {{end}}{{end}}{{.spec.unschedulable}}'`;

/** The head of a line of Go's logger holds the time and the process. */
const maskLog = (text: string): string => text.replaceAll(/^W\d{4} [\d:.]+ +\d+ /gm, 'W ');
/** Go prints maps and what runs at once in any order. */
const maskOrder = (text: string): string => text.split('\n').sort().join('\n');

const own: readonly Own[] = [
  { line: 'scale deployment/@o --replicas=3 -n @ns', check: [replicas] },
  { line: '-n @ns scale deploy @o --replicas 0' },
  { line: 'scale deploy/@o -n @ns' },
  { line: 'scale deploy/@o -n @ns --replicas=-1' },
  { line: 'scale deploy/@o -n @ns --replicas=x' },
  { line: 'scale deploy/@o -n @ns --replicas=2 --dry-run=server', check: [replicas] },
  { line: 'scale deploy/@o -n @ns --replicas=2 --dry-run=client -o name', check: [replicas] },
  { line: 'scale deploy/@o -n @ns --replicas=2 --dry-run', mask: maskLog },
  { line: 'scale deploy/@o -n @ns --replicas=2 --dry-run=perhaps' },
  { line: 'scale deploy/@o -n @ns --replicas=2 --current-replicas=0', check: [replicas] },
  { line: 'scale deploy/@o -n @ns --replicas=2 --current-replicas=4', check: [replicas] },
  { line: 'scale deploy/@o -n @ns --replicas=2 --resource-version=1', mask: (text) => text.replaceAll(/was \d+/g, 'was RV') },
  { line: 'scale deploy/@o -n @ns --replicas=1 --timeout=3m', check: [replicas] },
  { line: 'scale deploy/@o deploy/missing -n @ns --replicas=1', check: [replicas] },
  { line: 'scale deploy @o missing -n @ns --replicas=1 --record' },
  { line: 'scale ds/@o -n @ns --replicas=1' },
  { line: 'scale deploy -n @ns --replicas=1' },
  { line: 'scale deploy -l only=@o --replicas=1 -n @ns', check: [replicas] },
  { line: 'scale deploy/@o --replicas=1 -l only=@o -n @ns' },
  { line: 'scale nonsense/@o --replicas=1 -n @ns' },
  { line: 'scale deploy @o deploy/@o --replicas=1 -n @ns' },
  { line: 'scale --replicas=1 -n @ns' },
  { line: `patch deploy @o -n @ns -p '{"spec":{"replicas":2}}'`, check: [replicas, manager('patch')] },
  { line: `patch deploy @o -n @ns -p '{"spec":{"replicas":0}}'` },
  { line: `patch deploy @o -n @ns --type merge -p '{"metadata":{"annotations":{"a":"b"}}}' -o name`, check: [annotations] },
  {
    line: `patch deploy/@o -n @ns --type=json -p '[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"nginx:9"}]'`,
    check: [containers],
  },
  { line: `patch deploy/@o -n @ns --type=json -p '[{"op":"test","path":"/spec/replicas","value":7}]'` },
  { line: 'patch deploy/@o -n @ns -p {bad' },
  { line: `patch deploy/@o -n @ns -p '{"spec":'` },
  { line: `patch deploy/@o -n @ns -p '{"spec":{"replicas":"x"}}'` },
  { line: `patch deploy/@o -n @ns -p 'spec: {replicas: 2}'`, check: [replicas] },
  { line: `patch deploy/@o -n @ns --type=foo -p '{}'` },
  { line: 'patch deploy/@o -n @ns' },
  { line: `patch deploy/@o -n @ns --subresource=scale --type=merge -p '{"spec":{"replicas":2}}'`, check: [replicas] },
  { line: `patch deploy/@o -n @ns --dry-run=server -p '{"spec":{"replicas":2}}'`, check: [replicas] },
  { line: `patch cm/@o -n @ns --type merge -p '{"data":{"k":"2","l":null}}' -o yaml` },
  { line: `patch cm/@o -n @ns --type merge -p '{"data":{"k":"2"}}' -o json` },
  { line: `patch deploy/@o -n @ns -p '{"spec":{"template":{"spec":{"containers":[{"name":"main"},{"name":""}]}}}}'` },
  { line: 'rollout restart deployment/@o -n @ns', check: [manager('rollout')] },
  { line: 'rollout restart ds/@o -n @ns' },
  { line: 'rollout restart deploy @o missing -n @ns' },
  { line: 'rollout restart cm/@o -n @ns' },
  { line: 'rollout restart -n @ns' },
  { line: 'rollout restart deploy -l only=none -n @ns' },
  { line: 'rollout restart deploy/@o -n @ns', before: ['rollout pause deploy/@o -n @ns'] },
  { line: 'rollout pause deploy/@o -n @ns', check: ['get deploy @o -n @ns -o jsonpath={.spec.paused}', manager('rollout')] },
  { line: 'rollout pause deploy/@o -n @ns', before: ['rollout pause deploy/@o -n @ns'] },
  {
    line: 'rollout resume deploy/@o -n @ns',
    before: ['rollout pause deploy/@o -n @ns'],
    check: ['get deploy @o -n @ns -o jsonpath={.spec.paused}'],
  },
  { line: 'rollout resume deploy/@o -n @ns' },
  { line: 'rollout pause ds/@o -n @ns' },
  {
    line: 'rollout undo deploy/@o -n @ns',
    before: ['set image deploy/@o main=nginx:2 -n @ns', 'rollout status deploy/@o -n @ns'],
    check: [containers, annotations],
  },
  {
    line: 'rollout undo deploy/@o -n @ns --to-revision=1 --dry-run=server',
    before: ['set image deploy/@o main=nginx:2 -n @ns', 'rollout status deploy/@o -n @ns'],
    check: [containers],
  },
  { line: 'rollout undo deploy/@o -n @ns --to-revision=9' },
  { line: 'rollout undo deploy/@o -n @ns --to-revision=1' },
  { line: 'rollout undo deploy/@o -n @ns' },
  {
    line: 'rollout undo ds/@o -n @ns',
    before: ['set image ds/@o main=nginx:2 -n @ns'],
    check: ['get ds @o -n @ns -o jsonpath={.spec.template}'],
  },
  { line: 'rollout undo ds/@o -n @ns --to-revision=4' },
  { line: 'rollout undo cm/@o -n @ns' },
  { line: 'set image deployment/@o main=nginx:3 -n @ns', check: [containers, manager('set')] },
  { line: 'set image deploy @o *=busybox -n @ns', check: [containers] },
  { line: 'set image deploy/@o nope=x -n @ns' },
  { line: 'set image deploy/@o nope=x main=nginx:4 -n @ns', check: [containers] },
  { line: 'set image deploy/@o main=nginx:1 -n @ns' },
  { line: 'set image deploy/@o -n @ns' },
  { line: 'set image deploy/@o main=nginx:5 --dry-run=client -n @ns', check: [containers] },
  { line: 'set image cm/@o main=nginx:5 -n @ns' },
  { line: 'set image deploy/missing main=nginx:5 -n @ns' },
  { line: 'set image main=nginx:5 -n @ns' },
  { line: 'set env deployment/@o LEVEL=debug -n @ns', check: [containers] },
  { line: 'set env deploy/@o MODE- LEVEL=x -c main -n @ns', check: [containers] },
  { line: 'set env deploy/@o MODE=b --overwrite=false -n @ns', check: [containers] },
  { line: 'set env deploy/@o --list -n @ns' },
  { line: 'set env deploy/@o --list EXTRA=1 -n @ns' },
  { line: 'set env deploy/@o -n @ns' },
  { line: 'set env deploy/@o 1A=x -n @ns' },
  { line: 'set env deploy/@o A=1 -c nope -n @ns' },
  { line: 'set env deploy/@o --from=configmap/@o --prefix=P_ -n @ns', mask: maskOrder },
  { line: 'set env deploy/@o - -n @ns', stdin: 'A=1\nB=2 # note\n', check: [containers] },
  { line: 'set resources deploy/@o --limits=cpu=200m,memory=512Mi --requests=cpu=0.1 -n @ns', check: [containers] },
  { line: 'set resources deploy/@o -c main --limits=cpu=1 -n @ns', check: [containers] },
  { line: 'set resources deploy/@o -c nope --limits=cpu=1 -n @ns' },
  { line: 'set resources deploy/@o --limits=cpu=abc -n @ns' },
  { line: 'set resources deploy/@o --limits=cpu -n @ns' },
  { line: 'set resources deploy/@o -n @ns' },
  { line: 'annotate deploy/@o a=b c=d -n @ns', check: [annotations, manager('annotate')] },
  { line: 'annotate deploy @o present=other -n @ns', check: [annotations] },
  { line: 'annotate deploy @o present=other --overwrite -n @ns', check: [annotations] },
  { line: 'annotate deploy @o present- missing- -n @ns', check: [annotations] },
  { line: 'annotate deploy @o a=1 a- -n @ns' },
  { line: 'annotate deploy @o -n @ns' },
  { line: 'annotate a=b -n @ns' },
  { line: 'annotate deploy @o a=b more -n @ns' },
  { line: 'annotate deploy @o x=y --dry-run=server -n @ns', check: [annotations] },
  { line: 'annotate deploy @o x=y --dry-run=client -n @ns', check: [annotations] },
  { line: 'annotate cm @o --list -n @ns' },
  { line: 'annotate deploy @o x=y --resource-version=1 -n @ns' },
  { line: 'annotate deploy @o bad/key/name=y -n @ns' },
  { line: 'annotate deploy --all --overwrite x=y -l a=b -n @ns' },
  { line: 'label deploy/@o tier=web -n @ns', check: [labels, manager('label')] },
  { line: 'label deploy/@o only=other -n @ns', check: [labels] },
  { line: 'label deploy/@o only=other --overwrite -n @ns', check: [labels] },
  { line: 'label deploy/@o only- gone- -n @ns', check: [labels] },
  { line: 'label deploy/@o new=1 only- -n @ns' },
  { line: 'label deploy/@o only=@o -n @ns' },
  { line: 'label deploy/@o a=b=c -n @ns' },
  { line: "label deploy/@o 'a=b c' -n @ns" },
  { line: 'label deploy/@o a=1 a- -n @ns' },
  { line: 'label cm/@o --list -n @ns' },
  { line: 'label cm/@o x=y -o name -n @ns' },
  { line: 'label deploy/@o x=y --dry-run=server -n @ns', check: [labels] },
  { line: 'label deploy/missing x=y -n @ns' },
  { line: 'delete deploy/@o -n @ns', check: ['get deploy @o -n @ns'] },
  { line: 'delete deploy @o missing -n @ns --wait=false', check: ['get deploy @o -n @ns'] },
  { line: 'delete cm -l only=@o -n @ns' },
  { line: 'delete cm -l only=none -n @ns' },
  { line: 'delete cm/missing --ignore-not-found -n @ns' },
  { line: 'delete cm/missing -n @ns' },
  { line: 'delete cm/@o --dry-run=server -n @ns', check: ['get cm @o -n @ns -o name'] },
  { line: 'delete cm/@o --dry-run=client -o name -n @ns', check: ['get cm @o -n @ns -o name'] },
  { line: 'delete cm/@o --force -n @ns' },
  { line: 'delete cm/@o --force --grace-period=5 -n @ns' },
  { line: 'delete cm/@o --now --grace-period=5 -n @ns' },
  { line: 'delete cm/@o --cascade=false -n @ns' },
  { line: 'delete cm/@o --cascade=perhaps -n @ns' },
  { line: 'delete cm/@o -o yaml -n @ns' },
  { line: 'delete cm --all -l a=b -n @ns' },
  { line: 'delete cm -n @ns' },
  { line: 'delete cm/@o cm/@o -n @ns' },
  { line: 'delete -n @ns' },
  { line: 'delete cm,secret @o -n @ns' },
  { line: 'delete nonsense @o -n @ns' },
];

const nodes: readonly Own[] = [
  { line: 'cordon @ns', check: [taints] },
  { line: 'cordon @ns' },
  { line: 'uncordon @ns --dry-run=server', check: [taints] },
  { line: 'uncordon node/@ns', check: [taints] },
  { line: 'uncordon @ns' },
  { line: 'cordon' },
  { line: 'cordon missing' },
  { line: 'cordon @ns -l a=b' },
  { line: 'taint node @ns a=b:NoSchedule c:NoExecute', check: [taints] },
  { line: 'taint nodes @ns a=other:NoSchedule' },
  { line: 'taint nodes @ns a=other:NoSchedule --overwrite', check: [taints] },
  { line: 'taint node @ns a- missing-' },
  { line: 'taint node @ns a:NoSchedule- c-', check: [taints] },
  { line: 'taint node @ns a=b:Sometimes' },
  { line: 'taint node @ns' },
  { line: 'taint pod @ns a=b:NoSchedule' },
  { line: 'drain @ns', before: ['apply -n @ns -f -'], check: [taints] },
  { line: 'drain @ns --force --delete-emptydir-data --dry-run=client' },
  { line: 'drain @ns --force --delete-emptydir-data --dry-run=server' },
  { line: 'drain @ns --force --delete-emptydir-data', check: ['get pod alone -n @ns -o name'] },
  { line: 'drain @ns' },
  { line: 'drain' },
  { line: 'drain missing' },
  { line: 'drain @ns --pod-selector=!!' },
];

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
