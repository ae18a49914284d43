import { systemClock } from '../../../src/kernel/clock.ts';
import { silentLog } from '../../../src/kernel/log.ts';
import { exampleWorkspace } from '../../../src/simulator/slack/example-workspace.ts';
import { createSlackWorkspace } from '../../../src/simulator/slack/workspace.ts';

/** Posts without end and prints each ts once it was answered, until somebody kills this process. */
const storage = process.argv[2];
if (storage === undefined) throw new Error('name the storage file');
const workspace = await createSlackWorkspace({ ...exampleWorkspace(), clock: systemClock, log: silentLog, limits: 'off', storage });
const { apiUrl } = await workspace.listen({ port: 0 });
const headers = { authorization: 'Bearer xoxb-simulated-tocsin' };
for (;;) {
  const body = new URLSearchParams({ channel: 'C0INCIDENTS', text: 'x' });
  const response = await fetch(`${apiUrl}chat.postMessage`, { method: 'POST', headers, body });
  const answer: unknown = await response.json();
  if (typeof answer === 'object' && answer !== null && 'ts' in answer) process.stdout.write(`${String(answer.ts)}\n`);
}
