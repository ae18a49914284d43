import { writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MongoClient } from 'mongodb';
import { stringify } from 'yaml';
import type { z } from 'zod';
import { silentLog } from '../../src/kernel/log.ts';
import { exampleWorkspace } from '../../src/simulator/slack/example-workspace.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { mongoServer, startMongoServer } from '../../test/real/servers/ferretdb.ts';
import { serveTocsin } from '../../test/real/support/tocsin.ts';
import type { ServingTocsin } from '../../test/real/support/tocsin.ts';
import { listening, slackAnswer } from '../processes/protocol.ts';
import type { SlackOrder } from '../processes/protocol.ts';
import { startHelper } from './processes.ts';
import type { Bench, Helper } from './processes.ts';

export const webhookToken = 'the-webhook-token-of-the-benchmarks';
export const apiToken = 'the-api-token-of-the-benchmarks';

/** Which store a row runs on. */
export type StoreName = 'embedded' | 'mongo';

/** A place for one store's data. `described` says what it is, for the report. */
export type StorePlace = { url: string; described: string };

/** A store of its own that is gone with the benchmark; undefined when no server for it is on this machine. */
export type StoreSource = { name: StoreName; described: string; fresh(): Promise<StorePlace> };

/** Why there is none here. */
export type MissingStore = { name: string; skipped: string };

/** Where stores come from: files in the benchmark's folder, or databases of a MongoDB-wire server that is started for it. */
export async function storeSource(bench: Bench, name: StoreName): Promise<StoreSource | MissingStore> {
  let count = 0;
  if (name === 'embedded') {
    const described = 'embedded store (SQLite)';
    return {
      name,
      described,
      async fresh() {
        count += 1;
        const folder = join(bench.folder, `store-${count}`);
        await mkdir(folder);
        return { url: `file:${join(folder, 'tocsin.db')}`, described };
      },
    };
  }
  if (!mongoServer.present) return { name: 'on the MongoDB wire', skipped: `${mongoServer.name} is missing: ${mongoServer.how}` };
  const server = await startMongoServer();
  bench.atEnd(() => server.stop());
  const described =
    process.env['MONGODB_URL'] === undefined
      ? 'MongoDB wire (FerretDB 1.24 over SQLite, one command at a time; no MongoDB)'
      : 'MongoDB wire (the server of MONGODB_URL)';
  return {
    name,
    described,
    async fresh() {
      count += 1;
      const url = server.urlFor(`tocsin_bench_${process.pid}_${Date.now().toString(36)}_${count}`);
      if (process.env['MONGODB_URL'] !== undefined) bench.atEnd(() => dropDatabase(url));
      return { url, described };
    },
  };
}

/** A server that goes on after the benchmark keeps nothing of it. */
async function dropDatabase(url: string): Promise<void> {
  const client = new MongoClient(url);
  await client.db().dropDatabase();
  await client.close();
}

/** Opens a store beside the bot that runs on it, closed with the benchmark. */
export async function openBeside(bench: Bench, { url }: StorePlace): Promise<Store> {
  const store = await openStore(url, { log: silentLog });
  bench.atEnd(() => store.close());
  return store;
}

/** The simulated workspace, with what may be asked of it. */
export type SlackProcess = Helper<z.infer<typeof listening>>;

export function startSlack(bench: Bench): Promise<SlackProcess> {
  return startHelper(bench, { file: 'slack.ts', ready: listening });
}

/** What a bot is told by its environment. */
export function botEnvironment({ store, slack }: { store: StorePlace; slack: SlackProcess }): Readonly<Record<string, string>> {
  const { app } = exampleWorkspace();
  return {
    STORE_URL: store.url,
    HOST: '127.0.0.1',
    PORT: '0',
    SLACK_PORT: '0',
    WEBHOOK_TOKEN: webhookToken,
    API_TOKEN: apiToken,
    SLACK_BOT_TOKEN: app.botToken,
    SLACK_SIGNING_SECRET: app.signingSecret,
    SLACK_API_URL: slack.ready.url,
  };
}

/** The settings file of the bots of a benchmark; they run in its folder. */
export function writeBotSettings({ folder }: Bench): void {
  const runbooks = fileURLToPath(new URL('../../runbooks', import.meta.url));
  writeFileSync(join(folder, 'tocsin.yaml'), stringify({ runbooks: { dir: runbooks } }));
}

/** Starts a real bot as `tocsin serve` runs it, and lets the workspace know where it is. `nodeArgs` are for probes. */
export async function startBot(
  bench: Bench,
  { store, slack, nodeArgs = [] }: { store: StorePlace; slack: SlackProcess; nodeArgs?: readonly string[] },
): Promise<ServingTocsin> {
  writeBotSettings(bench);
  const bot = await serveTocsin({
    folder: bench.folder,
    nodeArgs: [...bench.nodeArgs, ...nodeArgs],
    env: botEnvironment({ store, slack }),
  });
  bench.atEnd(() => bot.kill());
  await slack.ask({ type: 'request-url', url: bot.slackUrl } satisfies SlackOrder, slackAnswer.done);
  return bot;
}
