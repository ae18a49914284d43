import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { PageEvent, PageState } from '../../../src/simulator/slack/page-contract.ts';
import { incidents, listenAsApp, recordingLog, simulate } from './support.ts';

const json = { 'content-type': 'application/json' };

async function state(url: string): Promise<PageState> {
  return (await fetch(`${url}/sim/state`)).json();
}

async function act(url: string, body: unknown): Promise<unknown> {
  const response = await fetch(`${url}/sim/act`, { method: 'POST', headers: json, body: JSON.stringify(body) });
  return response.json();
}

/** Follows the events of a workspace until the wanted one comes. */
async function follow(url: string): Promise<{ until(wanted: (event: PageEvent) => boolean): Promise<PageEvent> }> {
  const response = await fetch(`${url}/sim/events`);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) throw new Error('there are no events');
  let buffered = '';
  return {
    async until(wanted) {
      for (;;) {
        const [line, ...rest] = buffered.split('\n\n');
        if (rest.length === 0) {
          const { value, done } = await reader.read();
          if (done) throw new Error('the events ended');
          buffered += value;
          continue;
        }
        buffered = rest.join('\n\n');
        const event: PageEvent | undefined = line?.startsWith('data: ') === true ? JSON.parse(line.slice(6)) : undefined;
        if (event !== undefined && wanted(event)) return event;
      }
    },
  };
}

test('the page reads a state, follows events, and acts as a person', async () => {
  const fired: string[] = [];
  const samples = [{ id: 'queue', title: 'Queue overflow', description: 'The queue grows' }];
  const { client, listening, workspace } = await simulate({
    samples,
    onFire: (sample, person) => void fired.push(`${sample} by ${person}`),
  });
  const app = await listenAsApp(workspace);
  const events = await follow(listening.url);
  const begin = await state(listening.url);
  expect(begin).toMatchObject({ team: { name: 'Tocsin Example' }, samples, faults: {}, notice: '', messages: [], views: [] });
  expect(begin.people.map((person) => person.name)).toEqual(['ana', 'ben', 'chloe', 'dmitri', 'emeka', 'tocsin', 'slackbot']);
  expect(begin.people.find((person) => person.name === 'emeka')?.isRestricted).toBe(true);

  expect(await act(listening.url, { act: 'say', as: 'U0ANA00000', channel: incidents, text: '<script>' })).toEqual({ ok: true });
  expect(await events.until((event) => event.type === 'message')).toMatchObject({
    message: { text: '&lt;script&gt;', user: 'U0ANA00000' },
  });

  const blocks = [
    {
      type: 'actions' as const,
      block_id: 'b',
      elements: [{ type: 'button' as const, text: { type: 'plain_text' as const, text: 'Go' }, action_id: 'go' }],
    },
  ];
  const { ts = '' } = await client.chat.postMessage({ channel: incidents, text: 'root', blocks });
  expect(await act(listening.url, { act: 'press', as: 'U0BEN00000', channel: incidents, ts, blockId: 'b', actionId: 'go' })).toEqual({
    ok: true,
  });
  expect(app.heard.at(-1)?.payload).toMatchObject({ type: 'block_actions', user: { id: 'U0BEN00000' } });
  expect(await act(listening.url, { act: 'press', as: 'U0BEN00000', channel: incidents, ts, blockId: 'b', actionId: 'gone' })).toEqual({
    ok: false,
    error: 'message_changed',
  });

  await client.chat.postMessage({ channel: incidents, text: 'reply', thread_ts: ts });
  expect(
    await events.until((event) => event.type === 'message' && event.message.ts === ts && event.message.replyCount === 1),
  ).toBeDefined();
  await client.chat.delete({ channel: incidents, ts: workspace.channel('#incidents').thread(ts)[0]?.ts ?? '' });
  expect(await events.until((event) => event.type === 'deleted')).toMatchObject({ channel: incidents });

  expect(await act(listening.url, { act: 'fire', as: 'U0ANA00000', sample: 'queue' })).toEqual({ ok: true });
  expect(fired).toEqual(['queue by U0ANA00000']);
  expect(await act(listening.url, { act: 'resolve', as: 'U0ANA00000', sample: 'queue' })).toEqual({ ok: false, error: 'not_supported' });
  workspace.setNotice('all is simulated');
  expect(await events.until((event) => event.type === 'notice')).toEqual({ type: 'notice', notice: 'all is simulated' });
  workspace.faults.set({ historyLag: { ms: 1 } });
  expect(await events.until((event) => event.type === 'faults')).toMatchObject({ faults: { historyLag: { ms: 1 } } });
  expect((await fetch(`${listening.url}/sim/act`, { method: 'POST', headers: json, body: '{"act":"dance"}' })).status).toBe(400);
});

test('modals are on the page, and submitted from it', async () => {
  const { client, listening, workspace } = await simulate();
  const app = await listenAsApp(workspace);
  await workspace.person('ana').command('#incidents', '/incident form');
  const block = {
    type: 'input',
    block_id: 'title',
    label: { type: 'plain_text', text: 'L' },
    element: { type: 'plain_text_input', action_id: 'text' },
  };
  const view = { type: 'modal', title: { type: 'plain_text', text: 'T' }, submit: { type: 'plain_text', text: 'Go' }, blocks: [block] };
  await client.apiCall('views.open', { trigger_id: app.heard[0]?.payload['trigger_id'], view });
  const [open] = (await state(listening.url)).views;
  expect(open).toMatchObject({ user: 'U0ANA00000', view: { title: { text: 'T' } }, errors: {} });
  const submit = (as: string, value: string) =>
    act(listening.url, { act: 'submit', as, viewId: open?.id, values: { title: { text: { type: 'text', value } } } });
  expect(await submit('U0BEN00000', 'x')).toEqual({ ok: false, error: 'not_found' });
  expect(await submit('U0ANA00000', '')).toEqual({ ok: true, viewErrors: { title: 'This is a required field' } });
  expect(await submit('U0ANA00000', 'words')).toEqual({ ok: true });
  expect((await state(listening.url)).views).toEqual([]);
});

describe('other websites', () => {
  /** fetch does not let a test choose Host and Origin freely. */
  function status(url: string, headers: Record<string, string>, path = '/sim/act'): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const acts = path === '/sim/act';
      const sent = request(`${url}${path}`, { method: acts ? 'POST' : 'GET', headers, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject);
      sent.end(acts ? '{"act":"say","as":"ana","channel":"C0INCIDENTS","text":"x"}' : undefined);
    });
  }

  test("neither act nor read through a visitor's browser", async () => {
    const { listening, workspace } = await simulate();
    expect(await status(listening.url, { ...json, origin: 'https://evil.example' })).toBe(403);
    expect(await status(listening.url, { 'content-type': 'text/plain' })).toBe(403);
    expect(await status(listening.url, { ...json, host: 'evil.example' })).toBe(403);
    expect(await status(listening.url, { host: 'evil.example' }, '/sim/state')).toBe(403);
    expect(workspace.channel('#incidents').messages()).toEqual([]);
    expect(await status(listening.url, { ...json, origin: listening.url })).toBe(200);
  });
});

test('listens on the loopback address only, says loudly what it is, and leaves other paths to the pages', async () => {
  const { log, warnings } = recordingLog();
  const { listening, workspace } = await simulate({ log });
  expect(new URL(listening.url).hostname).toBe('127.0.0.1');
  expect(listening.apiUrl).toBe(`${listening.url}/api/`);
  expect(warnings.join()).toMatch(/SIMULATED SLACK WORKSPACE/);
  expect((await fetch(`${listening.url}/index.html`)).status).toBe(404);
  const second = await workspace.listen({
    port: 0,
    pages(request, response) {
      if (request.url !== '/index.html') return false;
      response.end('page');
      return true;
    },
  });
  expect(await (await fetch(`${second.url}/index.html`)).text()).toBe('page');
  expect((await fetch(`${second.url}/other`)).status).toBe(404);
});

test('a page begins with the last few hundred messages of a channel, threads included', async () => {
  const { client, workspace } = await simulate({ limits: 'off' });
  for (let index = 0; index < 320; index += 1) await client.chat.postMessage({ channel: incidents, text: `m${index}` });
  const last = workspace.channel('#incidents').messages().at(-1)?.ts ?? '';
  await client.chat.postMessage({ channel: incidents, text: 'reply', thread_ts: last });
  const { messages } = workspace.pageState();
  expect(messages).toHaveLength(301);
  expect(messages[0]?.text).toBe('m20');
  expect(messages.find((message) => message.text === 'reply')?.threadTs).toBe(last);
});
