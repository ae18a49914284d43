import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../src/kernel/clock.ts';
import { silentLog } from '../../../src/kernel/log.ts';
import { exampleWorkspace } from '../../../src/simulator/slack/example-workspace.ts';
import type { SlackWorkspace } from '../../../src/simulator/slack/workspace-types.ts';
import { createSlackWorkspace } from '../../../src/simulator/slack/workspace.ts';
import { slackStory } from '../../language/slack.ts';
import type { SlackStory } from '../../language/slack.ts';
import { apiToken, notification, runbooksDir, webhookToken } from '../../support/world.ts';
import type { TestAlert } from '../../support/world.ts';
import { serveTocsin } from './tocsin.ts';
import type { ServingTocsin } from './tocsin.ts';

/** What the webhook said. Status 0: nothing, or too late. */
type WebhookAnswer = { status: number; retryAfter: string | null };

/** `tocsin serve` as a process of its own, before the simulated workspace, on a store that the test makes trouble with. */
export type BotProcess = {
  slack: SlackStory;
  workspace: SlackWorkspace;
  /** A folder of its own for each bot. */
  folder: string;
  bot(): ServingTocsin;
  start(): Promise<void>;
  notify(...alerts: readonly TestAlert[]): Promise<WebhookAnswer>;
  /** The status of one of the bot's own addresses. */
  status(path: '/healthz' | '/readyz'): Promise<number>;
  metrics(): Promise<string>;
  export(name: string): Promise<Response>;
  end(): Promise<void>;
};

/** Who sends alerts waits no longer, and counts what comes later as no answer. */
const senderPatienceMs = 10_000;

/** Asks again and again until there is an answer; fails with `what` after two minutes. */
export async function eventually<Found>(what: string, probe: () => Promise<Found | undefined>): Promise<Found> {
  const giveUp = performance.now() + 120_000;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (performance.now() > giveUp) throw new Error(`still not so: ${what}`);
    await systemClock.sleep(50);
  }
}

export async function prepareBotProcess(options: { storeUrl: string | ((folder: string) => string) }): Promise<BotProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-bot-'));
  const { storeUrl } = options;
  writeFileSync(join(folder, 'tocsin.yaml'), JSON.stringify({ runbooks: { dir: runbooksDir } }));
  const seed = exampleWorkspace();
  const workspace = await createSlackWorkspace({ ...seed, clock: systemClock, log: silentLog });
  const page = await workspace.listen({ port: 0 });
  const env = {
    STORE_URL: typeof storeUrl === 'string' ? storeUrl : storeUrl(folder),
    HOST: '127.0.0.1',
    PORT: '0',
    SLACK_PORT: '0',
    WEBHOOK_TOKEN: webhookToken,
    API_TOKEN: apiToken,
    SLACK_BOT_TOKEN: seed.app.botToken,
    SLACK_SIGNING_SECRET: seed.app.signingSecret,
    SLACK_API_URL: page.apiUrl,
  };
  let running: ServingTocsin | undefined;
  const bot = () => {
    if (running === undefined) throw new Error('the bot was not started');
    return running;
  };
  const at = (path: string) => new URL(path, bot().webhookUrl);
  return {
    slack: slackStory(workspace, { ceilingMs: 60_000 }),
    workspace,
    folder,
    bot,
    async start() {
      running = await serveTocsin({ folder, env });
      workspace.setRequestUrl(running.slackUrl);
    },
    async notify(...alerts) {
      const answer = await fetch(bot().webhookUrl, {
        method: 'POST',
        headers: { Authorization: `Bearer ${webhookToken}`, 'Content-Type': 'application/json' },
        body: notification(alerts),
        signal: AbortSignal.timeout(senderPatienceMs),
      }).catch(() => undefined);
      await answer?.arrayBuffer();
      return { status: answer?.status ?? 0, retryAfter: answer?.headers.get('retry-after') ?? null };
    },
    async status(path) {
      const answer = await fetch(at(path), { signal: AbortSignal.timeout(senderPatienceMs) });
      await answer.arrayBuffer();
      return answer.status;
    },
    metrics: async () => (await fetch(at('/metrics'))).text(),
    export: (name) => fetch(at(`/exports/${name}.json`), { headers: { Authorization: `Bearer ${apiToken}` } }),
    async end() {
      await running?.kill();
      await page.close();
      await workspace.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
