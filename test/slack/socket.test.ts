import { describe, expect, it, onTestFinished } from 'vitest';
import { createManualClock } from '../../src/kernel/clock.ts';
import type { Log } from '../../src/kernel/log.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { createSlack } from '../../src/slack/slack.ts';
import { createRecorder, eventually } from './setup.ts';
import { startSocketModeServer } from './socket-mode-server.ts';

async function startSocketMode(apiUrl: string) {
  const clock = createManualClock(new Date('2026-03-14T03:00:00.000Z'));
  const failures: string[] = [];
  const log: Log = {
    ...silentLog,
    warn: (fields, message) => {
      if (message.startsWith('Socket Mode could not connect')) failures.push(String(Reflect.get(fields, 'error')));
    },
  };
  const { handler, heard } = createRecorder();
  const slack = createSlack({
    token: 'xoxb-simulated-tocsin',
    receive: { type: 'socket', appToken: 'xapp-simulated' },
    apiUrl,
    channels: { incidents: '#incidents', oncall: '#oncall' },
    command: '/incident',
    handler,
    clock,
    log,
  });
  onTestFinished(() => slack.stop());
  expect(await slack.start()).toEqual({});
  return { slack, clock, failures, heard };
}

describe('Socket Mode', () => {
  it('brings commands and takes their answers back, and connects again when the connection ends', async () => {
    const server = await startSocketModeServer();
    onTestFinished(() => server.close());
    const { slack, clock, heard } = await startSocketMode(server.apiUrl);
    await eventually(() => slack.status().connectedSince, 'connected');

    const payload = {
      command: '/incident',
      text: 'status',
      user_id: 'U1',
      user_name: 'ana',
      channel_id: 'C1',
      team_id: 'T1',
      trigger_id: '1.2.a',
    };
    server.send({ type: 'slash_commands', envelope_id: 'e-1', accepts_response_payload: true, payload });
    const answer = await eventually(() => server.heard.find((text) => text.includes('e-1')), 'the acknowledgement');
    expect(JSON.parse(answer)).toMatchObject({ envelope_id: 'e-1', payload: { response_type: 'ephemeral', text: 'heard status' } });
    expect(heard).toMatchObject([{ what: 'command', text: 'status', person: 'ana' }]);
    expect(slack.status().lastRequestAt).toBeDefined();

    server.drop();
    await eventually(() => {
      clock.advance(100);
      return server.opened() === 2;
    }, 'a second connection is asked for');
    await eventually(() => slack.status().connectedSince, 'connected again');
  });

  it('goes on trying while Slack cannot be reached, and stops when told to', async () => {
    const server = await startSocketModeServer();
    server.close();
    const { slack, clock, failures } = await startSocketMode(server.apiUrl);
    await eventually(() => failures.length === 1, 'the first failure');
    expect(slack.status().connectedSince).toBeUndefined();
    clock.advance(1000);
    await eventually(() => failures.length === 2, 'the second failure');
    expect(failures[0]).toContain('ECONNREFUSED');
  });
});
