import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Account, ControlPlane } from '../support/control-plane.ts';
import { realKubernetes, startControlPlane } from '../support/control-plane.ts';
import { requireOrSkip } from '../support/require.ts';
import { compareCases, runDoor } from './compare.ts';
import { getCases } from './get-cases.ts';
import { shop, widgets } from './get-objects.ts';

const { name, present, how } = realKubernetes;

requireOrSkip(
  name,
  present,
  how,
)('get, beside real kubectl', () => {
  let plane: ControlPlane;
  let nobody: Account;
  let reader: Account;

  beforeAll(async () => {
    plane = await startControlPlane();
    await plane.apply(shop);
    const ready = [
      ['wait', '--for=condition=established', 'crd/widgets.example.com'],
      ['wait', '--for=condition=available', 'deployment/web', '-n', 'shop', '--timeout=60s'],
      ['wait', '--for=condition=ready', 'pod', '--all', '-n', 'shop', '--timeout=60s'],
      // The autoscaler looks every 15 s; its first look may have been before there were pods.
      ['wait', '--for=jsonpath={.status.currentReplicas}=2', 'hpa/web', '-n', 'shop', '--timeout=60s'],
    ];
    for (const argv of ready) expect((await plane.kubectl(argv)).exitCode, argv.join(' ')).toBe(0);
    await plane.apply(widgets);
    await plane.kubectl(['create', 'secret', 'generic', 'keys', '-n', 'shop', '--from-literal=token=s3cr3t-value']);
    nobody = await plane.account('shop', 'nobody');
    reader = await plane.account('shop', 'reader');
    await plane.kubectl(['create', 'rolebinding', 'reader', '-n', 'shop', '--clusterrole=view', '--serviceaccount=shop:reader']);
  });
  afterAll(() => plane.stop());

  compareCases(() => plane, getCases, { namespace: 'shop' });

  const forbidden = [
    'get pods -n shop',
    'get pod job-9 -n shop',
    'get pods,svc -n shop',
    'get nodes',
    'get pods -A',
    'get --raw /api/v1/nodes',
    'get pods x -n nope',
  ];
  compareCases(
    () => plane,
    forbidden.map((line) => ({ line, mask: (text: string) => text })),
    { namespace: 'shop', account: () => nobody },
  );
  compareCases(() => plane, ['get pods  -n  shop', 'get secrets  -n shop', 'get pods  -A', 'get secret  keys -n shop -o yaml'], {
    namespace: 'shop',
    account: () => reader,
  });

  const secretLines = [
    'get secret keys -n shop -o yaml',
    'get secrets -n shop -o json',
    'get secret keys -n shop -o jsonpath={.data.token}',
    "get secret keys -n shop -o go-template='{{.data.token | base64decode}}'",
    'get secret keys -n shop -o custom-columns=D:.data',
    'get secrets,pods -n shop -o yaml',
    'get --raw /api/v1/namespaces/shop/secrets/keys',
    'get --raw /api/v1/namespaces/shop/secrets',
    'get secret keys -n shop -o jsonpath={.nope[5]}',
    'get secrets -n shop -w -o yaml',
  ];
  it.each(secretLines)('kubectl %s shows no value of a secret', async (line) => {
    const { stdout, stderr } = await runDoor(plane, { line, stdin: '', where: { namespace: 'shop', followMs: 300 } });
    expect(`${stdout}${stderr}`).not.toMatch(/s3cr3t|czNjcjN0/);
    expect(`${stdout}${stderr}`).toMatch(/masked/);
  });

  it('a watch shows what is there and what changes, and ends by itself', async () => {
    const watching = runDoor(plane, { line: 'get cm -n shop -w -l watched=1', stdin: '', where: { namespace: 'shop', followMs: 3000 } });
    await plane.apply('{apiVersion: v1, kind: ConfigMap, metadata: {name: late, namespace: shop, labels: {watched: "1"}}}');
    const { stdout, exitCode } = await watching;
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^NAME +DATA +AGE\nlate +0 +\d+s\n/);
  });
});
