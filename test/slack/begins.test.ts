import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { exampleWorkspace } from '../../src/simulator/slack/example-workspace.ts';
import { createSlackWorkspace } from '../../src/simulator/slack/workspace.ts';
import { createSdkLogger } from '../../src/slack/logging.ts';
import { createCaller } from '../../src/slack/methods.ts';

it('a request that waits for its moment is ready before, and nothing of it goes out', async () => {
  const seed = exampleWorkspace();
  const workspace = await createSlackWorkspace({ ...seed, clock: systemClock, log: silentLog });
  const listening = await workspace.listen({ port: 0 });
  onTestFinished(async () => {
    await listening.close();
    await workspace.close();
  });
  const call = createCaller({ token: seed.app.botToken, apiUrl: listening.apiUrl, timeoutMs: 5000, logger: createSdkLogger(silentLog) });
  const posts = () => workspace.stats.recentCalls().filter(({ method }) => method === 'chat.postMessage').length;

  const [ready, moment] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const begins = () => {
    ready.resolve();
    return moment.promise;
  };
  const answer = call('chat.postMessage', { channel: '#incidents', text: 'at its moment' }, begins);
  await ready.promise;
  await call('auth.test', {});
  expect(posts()).toBe(0);
  moment.resolve();
  expect((await answer).ts).toMatch(/^\d+\.\d{6}$/);
  expect(posts()).toBe(1);
});
