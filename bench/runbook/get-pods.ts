import { createReadEffects } from '../../src/doors/effects.ts';
import { createKubectlDoor } from '../../src/doors/kubectl/door.ts';
import type { Session } from '../../src/doors/session.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { createHttpTargets } from '../../src/web-targets/http-targets.ts';
import { createStepTools } from '../../src/wiring/step-tools.ts';
import type { ControlPlane } from '../../test/real/support/control-plane.ts';
import { realKubernetes, startControlPlane } from '../../test/real/support/control-plane.ts';
import type { Benchmark, Figure, Row } from '../support/report.ts';
import { ms, times } from '../support/report.ts';
import { quantile, timeOne } from '../support/statistics.ts';

const aim = 5;
const pods = 100;
const argv = ['get', 'pods', '-n', 'bench'];

const manifest = `
apiVersion: v1
kind: Namespace
metadata: {name: bench}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: bench}
spec:
  replicas: ${pods}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1.27"}]}
`;

/** The door's `get pods` beside a spawned kubectl, on the same real API server. */
export const getPods: Benchmark = {
  name: 'get-pods',
  async measure({ quick }) {
    if (!realKubernetes.present) return [{ name: 'get pods beside kubectl', skipped: `no Kubernetes is here: ${realKubernetes.how}` }];
    const plane = await startControlPlane();
    try {
      await plane.apply(manifest);
      const ready = await plane.kubectl(['rollout', 'status', 'deployment/web', '-n', 'bench', '--timeout=180s']);
      if (ready.exitCode !== 0) throw new Error(ready.stderr);
      return await compare(plane, quick ? 10 : 60);
    } finally {
      await plane.stop();
    }
  },
};

async function compare(plane: ControlPlane, rounds: number): Promise<readonly Row[]> {
  const http = createHttpTargets({ allowedHosts: [] });
  const clusters = { reader: plane.admin, mutator: plane.admin };
  const tools = createStepTools({ clusters, http, reading: [], timeoutMs: 60_000, followMs: 0, parallel: 2, clock: systemClock });
  const { classifyExec, limits } = tools;
  const cluster = plane.admin;
  const session: Session = { mode: 'read', cluster, http, effects: createReadEffects(), clock: systemClock, classifyExec, followMs: 0 };
  const door = createKubectlDoor('kubectl');
  const byDoor = async () => {
    let text = '';
    const write = (piece: string) => void (text += piece);
    await door.run({ argv, stdin: '', signal: new AbortController().signal, out: write, err: write }, session);
    return text;
  };
  const byKubectl = async () => (await plane.kubectl(argv)).stdout;
  const byScript = async () => {
    const result = await tools.interpret({
      script: `kubectl ${argv.join(' ')}`,
      variables: {},
      session,
      limits,
      signal: new AbortController().signal,
    });
    return result.stdout.head;
  };

  const sides = { kubectl: byKubectl, door: byDoor, script: byScript };
  const samples: Record<keyof typeof sides, number[]> = { kubectl: [], door: [], script: [] };
  const lines = (text: string) => text.split('\n').length;
  const expected = lines(await byKubectl());
  for (const side of [byDoor, byScript]) if (lines(await side()) !== expected) throw new Error('the sides do not show the same pods');
  // In turns, so that whatever else the machine does meets all of them.
  for (let round = 0; round < rounds; round += 1) {
    for (const side of ['kubectl', 'door', 'script'] as const) samples[side].push(await timeOne(sides[side]));
  }
  await tools.close();

  const at = (side: keyof typeof sides, part: number) => quantile(samples[side], part);
  const row = (name: string, side: 'door' | 'script'): Row => {
    const ratio = at('kubectl', 0.5) / at(side, 0.5);
    const figures: Figure[] = [
      times('at p99', at('kubectl', 0.99) / at(side, 0.99)),
      ms('p50', at(side, 0.5)),
      ms('p99', at(side, 0.99)),
      ms('kubectl p50', at('kubectl', 0.5)),
      ms('kubectl p99', at('kubectl', 0.99)),
    ];
    return { name, ratio, aim: `${aim}x at p50`, isReached: ratio >= aim, figures };
  };
  return [
    row(`the door's get pods (${pods} pods) beside a spawned kubectl, same API server`, 'door'),
    row('the same as a script, through the interpreter', 'script'),
  ];
}
