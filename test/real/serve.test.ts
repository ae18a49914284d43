import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as realTime } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { apiToken, runbooksDir, webhookToken } from '../support/world.ts';
import { serveTocsin } from './support/tocsin.ts';
import type { ServingTocsin } from './support/tocsin.ts';

async function serve(): Promise<ServingTocsin> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-serve-'));
  const env = {
    STORE_URL: `file:${join(folder, 'tocsin.db')}`,
    HOST: '127.0.0.1',
    PORT: '0',
    SLACK_PORT: '0',
    WEBHOOK_TOKEN: webhookToken,
    API_TOKEN: apiToken,
    SLACK_BOT_TOKEN: 'xoxb-simulated-tocsin',
    SLACK_SIGNING_SECRET: 'simulated-signing-secret',
    SLACK_API_URL: 'http://127.0.0.1:9/api/',
  };
  writeFileSync(join(folder, 'tocsin.yaml'), `runbooks: { dir: ${JSON.stringify(runbooksDir)} }\n`);
  const bot = await serveTocsin({ folder, env });
  onTestFinished(async () => {
    await bot.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  return bot;
}

/** A client that has sent half of its request, and does not go on. */
async function holdUp(bot: ServingTocsin): Promise<void> {
  const headers = { Authorization: `Bearer ${webhookToken}`, 'Content-Type': 'application/json', 'Content-Length': '1000' };
  const half = request(bot.webhookUrl, { method: 'POST', headers }).on('error', () => {});
  onTestFinished(() => void half.destroy());
  half.write('{');
  await realTime(100);
}

it('SIGTERM ends it with 0, though a client holds its request up', async () => {
  const bot = await serve();
  await holdUp(bot);
  expect(await bot.stop()).toBe(0);
  expect(bot.printed()).toContain('"stopped"');
});

it('a second SIGTERM ends it at once', async () => {
  const bot = await serve();
  await holdUp(bot);
  expect(await bot.stopAtOnce()).toBe(143);
  expect(bot.printed()).not.toContain('"stopped"');
});
