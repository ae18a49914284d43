import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe } from 'vitest';
import { type ControlPlane, realKubernetes, startControlPlane } from '../support/control-plane.ts';
import { compareCases, maskOrder } from './compare.ts';

const objects = readFileSync(new URL('reads-objects.yaml', import.meta.url), 'utf8');

const describeLines = String.raw`
  describe pod lone -n prod
  describe deploy web -n prod
  describe po/odd -n prod
  describe pods -n prod
  describe node node-0
  describe svc -n prod
  describe svc web -n prod
  describe cm settings -n prod
  describe secret creds -n prod
  describe pvc data -n prod
  describe pv pv1
  describe sts -n prod
  describe ds agent -n prod
  describe job once -n prod
  describe cronjob nightly -n prod
  describe hpa web -n prod
  describe pdb web -n prod
  describe ing web -n prod
  describe widgets w1 -n prod
  describe rs -n prod
  describe sa default -n prod
  describe quota -n prod
  describe pod we -n prod
  describe pod zz -n prod
  describe pod zz zy -n prod
  describe pod/zz -n prod
  describe
  describe foo
  describe pods -n nowhere
  describe pods -l app=web -n prod
  describe deploy,svc -n prod
  describe crd widgets.example.com
  describe lease -n kube-node-lease
  describe deploy web -n prod --show-events=false
`;

const logLines = String.raw`
  logs lone -n prod --tail=3
  logs odd -n prod --tail=2
  logs ss-0 -n prod --tail 2
  logs ss-0 -n prod
  logs sts/ss -n prod --tail=1
  logs statefulset/ss -n prod --tail=1 --timestamps
  logs -l app=ss -n prod
  logs -l app=nothing -n prod
  logs lone -n prod -c nope
  logs lone nope -n prod
  logs lone a -n prod --tail=1
  logs lone a -c b -n prod
  logs lone -n prod --all-containers -c a
  logs lone -n prod --since=1h --since-time=2026-01-01T00:00:00Z
  logs lone -n prod --since=abc
  logs lone -n prod --since-time=abc
  logs lone -n prod --tail=-2
  logs lone -n prod --limit-bytes=-1
  logs lone -n prod --limit-bytes=20
  logs
  logs a b c
  logs lone -l app=x
  logs zz -n prod
  logs deploy/zz -n prod
  logs cm/settings -n prod
  logs svc/bare -n prod
  logs svc/np -n prod --tail=1
  logs widget/w1 -n prod
  logs foo/bar -n prod
  logs lone -n nowhere
  logs odd -n prod -f --tail=1 --foo
  logs deploy/web -n prod --pod-running-timeout=1s --tail=1
  logs node/node-0
  logs ds/agent -n prod --tail=1
  logs job/once -n prod --tail=1
`;

/** Several pods, told apart by a prefix: kubectl takes them in the order of a Go map. */
const logLinesOfSeveral = String.raw`
  logs -l app=ss -n prod --tail=2 --prefix
  logs sts/ss -n prod --all-pods --tail=1
  logs sts/ss -n prod --all-pods --all-containers --tail=1
`;

const execLines = String.raw`
  exec lone -n prod -- echo hello
  exec lone -n prod -c a -- echo hello world
  exec lone -n prod -c nope -- ls
  exec odd -n prod -- ls
  exec odd -n prod ls
  exec odd -n prod
  exec
  exec -n prod -- ls
  exec lone -n prod --
  exec ss-0 -n prod -- sh -c "echo out; echo err >&2"
  exec sts/ss -n prod -- echo hi
  exec svc/bare -n prod -- echo hi
  exec cm/settings -n prod -- echo hi
  exec zz -n prod -- ls
  exec once -n prod -- ls
  exec job/once -n prod -- ls
  exec lone -n prod -- false
  exec widget/w1 -n prod -- ls
  exec foo/bar -n prod -- ls
  exec pod/lone -n prod -- echo slash
  exec pods lone -n prod -- echo slash
`;

const waitLines = String.raw`
  wait --for=condition=Ready pod/odd -n prod --timeout=2s
  wait --for=condition=ready pod odd lone -n prod
  wait --for=condition=Ready pod -l app=ss -n prod
  wait --for=condition=Ready=false pod/odd -n prod --timeout=1s
  wait --for=condition=Available deploy/web -n prod --timeout=1s
  wait --for=condition=Available deploy/web -n prod --timeout=0
  wait --for=delete pod/zz -n prod
  wait --for=jsonpath={.status.phase}=Running pod/odd -n prod
  wait --for=jsonpath=.status.phase=Nope pod/odd -n prod --timeout=1s
  wait --for=jsonpath='{.status.phase}' pod/odd -n prod
  wait --for=jsonpath='{.spec}'=x pod/odd -n prod --timeout=1s
  wait --for=jsonpath='{.a}'= pod/odd -n prod --timeout=1s
  wait --for=create pod/odd -n prod
  wait --for=create pod/zz -n prod --timeout=1s
  wait --for=condition=Ready pod/zz -n prod --timeout=1s
  wait --for=foo pod/zz -n prod
  wait pod/zz -n prod
  wait --for=condition=Ready pod -n prod
  wait --for=condition=Ready
  wait --for=condition=Ready pod -l app=nothing -n prod
  wait --for=condition=Ready pod --all -n nowhere
  wait --for=delete pod -l app=nothing -n prod
  rollout status deploy/web -n prod --timeout=1s
  rollout status deploy/web -n prod --watch=false
  rollout status pod/lone -n prod
  rollout status cm/settings -n prod
  rollout status deploy/zz -n prod
  rollout status
  rollout status deploy -n nowhere
  rollout status deploy/web -n prod --revision=7 --watch=false
  rollout status sts -n prod -l app=zz
  rollout history deploy/web -n prod
  rollout history deploy/web -n prod --revision=1
  rollout history deploy/web -n prod --revision=9
  rollout history sts/ss -n prod
  rollout history sts/ss -n prod --revision=1
  rollout history ds/agent -n prod
  rollout history ds/agent -n prod --revision=1
  rollout history pod/lone -n prod
  rollout history cm/settings -n prod
  rollout history
  rollout history deploy -n prod
`;

const clusterLines = String.raw`
  top pods
  top pod -n prod
  top nodes
  top node node-0
  top pods --sort-by=x
  top pods a -l b=c
  top pods a b
  events -n prod --for pod/lone
  events -n prod --for deploy/web
  events -n prod --for lone
  events -n prod --for a/b/c
  events -n prod --for foo/b
  events -n prod --types=Foo
  events -n nowhere
  auth can-i get pods
  auth can-i get pods/lone -n prod
  auth can-i get pods --subresource=log -n prod
  auth can-i list nodes
  auth can-i create deployments.apps -n prod -q
  auth can-i foo pods
  auth can-i get foo
  auth can-i get foo.bar
  auth can-i '*' '*'
  auth can-i get /healthz
  auth can-i get
  auth can-i --list
  auth can-i --list -n prod --no-headers
  auth can-i get pods --no-headers
  auth whoami
  version
  version --client
  version foo
  version -o foo
  api-resources
  api-resources -o wide
  api-resources -o name
  api-resources --namespaced=false --no-headers
  api-resources --api-group=apps --sort-by=kind
  api-resources --verbs=list,watch --sort-by name
  api-resources --sort-by=foo
  api-resources foo
  api-versions
  api-versions x
  cluster-info
`;

/** Both sides read the same objects, so output is compared byte for byte after ages and times are masked. */
describe.skipIf(!realKubernetes.present)('the reading verbs against kubectl', () => {
  let plane: ControlPlane;
  beforeAll(async () => {
    plane = await startControlPlane();
    await plane.apply(objects);
    await plane.kubectl(['wait', '-n', 'prod', '--for=condition=Ready', 'pod', '-l', 'runs=yes', '--timeout=60s']);
    // The autoscaler looks every 15 s; its first look may have been before there were pods.
    await plane.kubectl(['wait', '-n', 'prod', '--for=jsonpath={.status.currentReplicas}=2', 'hpa/web', '--timeout=60s']);
    await plane.apply(
      'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w1, namespace: prod, labels: {a: b}}\nspec: {podCIDR: x, apiURL: "http://x", big: 12345678901, frac: 1.5, off: false, list: [a, 1, {x: 1, y: [p, q]}], nothing: null, empty: {}, externalIPs: [a]}\n',
    );
  });
  afterAll(async () => plane?.stop());

  const lines = (text: string): readonly string[] =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  const where = { namespace: 'prod' };

  describe('describe', () => {
    compareCases(() => plane, lines(describeLines), where);
  });
  describe('logs', () => {
    compareCases(() => plane, lines(logLines), where);
    compareCases(
      () => plane,
      lines(logLinesOfSeveral).map((line) => ({ line, mask: maskOrder })),
      where,
    );
  });
  describe('exec', () => {
    compareCases(() => plane, lines(execLines), where);
  });
  describe('waiting and rollouts', () => {
    compareCases(() => plane, lines(waitLines), where);
  });
  describe('the cluster', () => {
    compareCases(() => plane, lines(clusterLines), where);
  });
});
