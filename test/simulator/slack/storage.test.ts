import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { incidents, listenAsApp, simulate } from './support.ts';

async function newFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-slack-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, 'workspace.db');
}

test('everything is there again after a restart, and ts go on rising', async () => {
  const storage = await newFile();
  const first = await simulate({ storage, limits: 'off' });
  const app = await listenAsApp(first.workspace);
  const { ts = '' } = await first.client.chat.postMessage({
    channel: incidents,
    text: 'root',
    metadata: { event_type: 't', event_payload: { k: 'v' } },
  });
  await first.client.chat.postMessage({ channel: incidents, text: 'reply', thread_ts: ts });
  await first.client.chat.postEphemeral({ channel: incidents, user: 'U0ANA00000', text: 'hidden' });
  await first.client.pins.add({ channel: incidents, timestamp: ts });
  await first.workspace.person('ana').command('#incidents', '/incident x');
  const view = { type: 'modal', title: { type: 'plain_text', text: 'T' }, blocks: [{ type: 'divider' }] };
  await first.client.apiCall('views.open', { trigger_id: app.heard[0]?.payload['trigger_id'], view });
  const last = await first.client.chat.postMessage({ channel: incidents, text: 'soon gone' });
  await first.client.chat.delete({ channel: incidents, ts: last.ts ?? '' });
  const before = first.workspace.pageState();
  await first.workspace.close();

  const second = await simulate({ storage, limits: 'off' });
  const after = second.workspace.pageState();
  expect(after).toEqual(before);
  expect(after.messages.map((message) => message.text)).toEqual(['root', 'reply', 'hidden']);
  expect(second.workspace.channel('#incidents').pins()).toEqual([ts]);
  const next = await second.client.chat.postMessage({ channel: incidents, text: 'after' });
  expect(Number(next.ts)).toBeGreaterThan(Number(last.ts));
  // A response_url outlives the restart, on the new address.
  const path = new URL(String(app.heard[0]?.payload['response_url'])).pathname;
  const answer = await fetch(`${second.listening.url}${path}`, { method: 'POST', body: JSON.stringify({ text: 'late' }) });
  expect(answer.status).toBe(200);
});

test('what was answered before a SIGKILL is there afterwards', async () => {
  const storage = await newFile();
  const script = fileURLToPath(new URL('killed-workspace.ts', import.meta.url));
  const child = spawn(process.execPath, [script, storage], { stdio: ['ignore', 'pipe', 'inherit'] });
  const answered: string[] = [];
  await new Promise<void>((resolve, reject) => {
    let buffered = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      buffered += chunk;
      const lines = buffered.split('\n');
      buffered = lines.pop() ?? '';
      answered.push(...lines);
      if (answered.length >= 20) child.kill('SIGKILL');
    });
    child.on('error', reject);
    child.on('close', () => resolve());
  });
  expect(child.signalCode).toBe('SIGKILL');
  const { workspace } = await simulate({ storage });
  const kept = workspace
    .channel('#incidents')
    .messages()
    .map((message) => message.ts);
  expect(answered.length).toBeGreaterThanOrEqual(20);
  expect(kept).toEqual(expect.arrayContaining(answered));
});
