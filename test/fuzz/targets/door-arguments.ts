import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Cluster } from '../../../src/doors/cluster.ts';
import { createCurlDoor } from '../../../src/doors/curl/door.ts';
import { createReadEffects } from '../../../src/doors/effects.ts';
import { createExecPolicy } from '../../../src/doors/exec-policy.ts';
import { createKubectlDoor } from '../../../src/doors/kubectl/door.ts';
import type { Session } from '../../../src/doors/session.ts';
import { createWgetDoor } from '../../../src/doors/wget/door.ts';
import { createManualClock } from '../../../src/kernel/clock.ts';
import { createTarget } from '../engine/target.ts';
import { argumentList } from '../given/commands.ts';
import { anyJson, mutated } from '../given/json.ts';

const podList = {
  kind: 'PodList',
  apiVersion: 'v1',
  metadata: { resourceVersion: '7' },
  items: [
    {
      metadata: { name: 'web-1', namespace: 'prod', labels: { app: 'x' }, creationTimestamp: '2026-03-14T09:00:00Z', uid: 'u1' },
      spec: { nodeName: 'n1', containers: [{ name: 'web', image: 'web:1' }] },
      status: { phase: 'Running', containerStatuses: [{ name: 'web', ready: true, restartCount: 2, state: { running: {} } }] },
    },
  ],
};
const table = {
  kind: 'Table',
  apiVersion: 'meta.k8s.io/v1',
  columnDefinitions: [
    { name: 'Name', type: 'string', priority: 0 },
    { name: 'Age', type: 'string', priority: 0 },
  ],
  rows: [{ cells: ['web-1', '3d'], object: { metadata: { name: 'web-1', namespace: 'prod' } } }],
};
const answer = fc.record({
  status: fc.constantFrom(200, 200, 200, 404, 403, 500, 503),
  body: fc.oneof(
    mutated(fc.constantFrom(podList, table, { kind: 'Status', status: 'Failure', message: 'no', reason: 'NotFound', code: 404 })).map(
      (value) => JSON.stringify(value),
    ),
    anyJson.map((value) => JSON.stringify(value)),
    fc.constantFrom('', '<html>', '{', 'null', '[]'),
  ),
});

function sessionOver(given: { status: number; body: string }): Session {
  const clock = createManualClock(new Date('2026-03-14T10:00:00.000Z'));
  const cluster: Cluster = {
    server: 'https://10.0.0.1:6443',
    namespace: 'default',
    async request({ method, onText }) {
      assert.equal(method === 'GET' || method === 'POST', true, `a read sent ${method}`);
      if (onText !== undefined && given.status < 300) {
        onText(given.body);
        return { status: given.status, body: '', warnings: [] };
      }
      return { ...given, warnings: [] };
    },
    async exec({ onOutput }) {
      onOutput('stdout', given.body);
      return { type: 'exited', exitCode: 0 };
    },
  };
  return {
    mode: 'read',
    cluster,
    prometheus: { answersTo: ({ host }) => host === 'prometheus:9090', ask: async () => given },
    http: {
      refusal: async (url) => (url.hostname === 'x' ? undefined : 'it is not on the list'),
      request: async () => ({ type: 'answered', statusText: 'OK', headers: [], isCut: false, ...given }),
    },
    effects: createReadEffects(),
    clock,
    classifyExec: (argv) => createExecPolicy().classify(argv),
    followMs: 0,
  };
}

const doors = [createKubectlDoor('kubectl'), createKubectlDoor('oc'), createCurlDoor(), createWgetDoor()];

export const doorArguments = createTarget({
  name: 'door-arguments',
  promises:
    'kubectl, curl and wget end with an exit status whatever they are called with and whatever the servers answer, and a failure is told',
  share: 25,
  given: fc.record({
    program: fc.constantFrom(...doors.map(({ name }) => name)),
    argv: argumentList,
    answer,
    stdin: fc.constantFrom('', '{}', 'a\nb'),
  }),
  open: () => {},
  async run({ program, argv, answer: given, stdin }) {
    const door = doors.find(({ name }) => name === program);
    assert.ok(door !== undefined);
    let [out, err] = ['', ''];
    const signal = new AbortController().signal;
    const status = await door.run(
      { argv, stdin, signal, out: (text) => void (out += text), err: (text) => void (err += text) },
      sessionOver(given),
    );
    assert.ok(Number.isInteger(status) && status >= 0 && status <= 255, `exit status ${status}`);
    const isSilent = argv.some((word) => /^-\w*[sfq]|^--(?:silent|fail|quiet|ignore-not-found|spider)/.test(word)) || door.name === 'wget';
    if (status !== 0 && !isSilent) assert.notEqual((out + err).trim(), '', `status ${status}, and nothing is said`);
    assert.doesNotMatch(err, /\bat .+\.ts:\d+|TypeError|Cannot read properties|is not a function/);
  },
});
