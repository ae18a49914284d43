import type { Alert } from '../../src/alerts/alert.ts';
import type { Tocsin } from '../../src/bot.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { createManualClock } from '../../src/kernel/clock.ts';
import type { ManualClock } from '../../src/kernel/clock.ts';
import { TocsinError } from '../../src/kernel/errors.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { startTocsin } from '../../src/main.ts';
import { exampleWorkspace } from '../../src/simulator/slack/example-workspace.ts';
import { signatureOf } from '../../src/simulator/slack/wire/sign.ts';
import type { Store } from '../../src/store/store.ts';
import { verifyChain } from '../../src/timeline/chain.ts';
import { start } from '../alerts/support/world.ts';
import { testConfig } from '../support/world.ts';
import type { Ground } from './ground.ts';
import { post } from './sender.ts';
import type { Answered } from './sender.ts';

/** The whole bot over one database, with nothing behind it but that: Slack cannot be reached, and takes part by its own signed requests. */
export type Intake = {
  clock: ManualClock;
  /** A look into the database beside the bot's own. */
  store: Store;
  url(): string;
  post(body: string): Promise<Answered>;
  /** Lets the bot work until nothing waits that it could work on now. */
  works(): Promise<void>;
  /** Lets the bot work, and time pass where it waits for some, until nothing that was accepted is left. */
  finishes(): Promise<void>;
  /** Lets so much time pass, a second at a time, and the bot work in it. */
  passes(seconds: number): Promise<void>;
  incidents(): Promise<readonly Incident[]>;
  alerts(): Promise<readonly Alert[]>;
  /** The kinds of the incident's timeline entries in order, after the chain was verified. */
  kinds(incident: Incident): Promise<readonly string[]>;
  metric(line: string): Promise<string | undefined>;
  /** What the bot answers to `/incident TEXT`. */
  ask(text: string): Promise<string>;
  /** Resolves when the bot has stopped. */
  stop(): Promise<void>;
  /** The same for a bot that can no more reach its store, whatever it says about it. */
  bury(): Promise<void>;
  /** Starts a bot over the same database, in the place of one that was stopped. */
  start(seen?: (store: Store) => Store): Promise<void>;
  end(): Promise<void>;
};

type Wish = { seen?: (store: Store) => Store; settings?: object };

/** Nobody listens there. */
const noSlack = 'http://127.0.0.1:1/api/';

/** So many looks in a row without a change mean that the bot has nothing to do at this moment of its clock. */
const quietLooks = 50;
const mostRounds = 60;

export async function startIntake(ground: Ground, wish: Wish = {}): Promise<Intake> {
  const clock = createManualClock(start);
  const store = await ground.open();
  const config = testConfig({ storeUrl: 'file:unused.db', slackApiUrl: noSlack }, wish.settings);
  let tocsin: Tocsin | undefined;
  let asked = 0;

  async function startBot(seen: (inner: Store) => Store): Promise<void> {
    tocsin = await startTocsin(config, { clock, log: silentLog, openStore: async () => seen(await ground.open()) });
  }
  const running = () => {
    if (tocsin === undefined) throw new Error('the bot was stopped');
    return tocsin;
  };

  /** Undefined while the store is too busy to say. */
  async function state(): Promise<string | undefined> {
    try {
      const [counts, pending] = await Promise.all([store.deliveries.counts(), store.incidents.listPending(100)]);
      return JSON.stringify([counts, pending.map(({ id, version }) => [id, version])]);
    } catch (error) {
      if (error instanceof TocsinError && error.retryable) return undefined;
      throw error;
    }
  }

  const intake: Intake = {
    clock,
    store,
    url: () => running().webhookUrl,
    post: (body) => post(running().webhookUrl, body),
    async works() {
      let [before, quiet] = [await state(), 0];
      while (quiet < quietLooks) {
        await new Promise((resolve) => setTimeout(resolve, ground.lookEveryMs));
        // The ingest gathers for some milliseconds of its clock what follows closely.
        clock.advance(25);
        const now = await state();
        quiet = now !== undefined && now === before ? quiet + 1 : 0;
        before = now;
        if (quiet > 0 && now !== undefined && /"waiting":0,.*\[\]\]$/.test(now)) return;
      }
    },
    async finishes() {
      for (let round = 0; round < mostRounds; round += 1) {
        await intake.works();
        const { waiting } = await store.deliveries.counts();
        if (waiting === 0) return;
        clock.advance(5000);
      }
      throw new Error('the bot does not finish what was sent to it');
    },
    async passes(seconds) {
      for (let second = 0; second < seconds; second += 1) {
        clock.advance(1000);
        await intake.works();
      }
    },
    incidents: async () => (await store.incidents.list({ limit: 1000 })).toReversed(),
    alerts: () => store.alerts.list({ limit: 2000 }),
    async kinds(incident) {
      const entries = await store.timeline.read(incident.id);
      const verdict = verifyChain(incident.id, entries, incident.timeline);
      if (!verdict.ok) throw new Error(`the chain of INC-${incident.number} does not hold: ${verdict.reason}`);
      return entries.map(({ kind }) => kind);
    },
    async metric(line) {
      const text = await (await fetch(new URL('/metrics', running().webhookUrl))).text();
      return text
        .split('\n')
        .find((each) => each.startsWith(`${line} `))
        ?.slice(line.length + 1);
    },
    async ask(text) {
      asked += 1;
      const { app, team } = exampleWorkspace();
      const fields = {
        command: '/incident',
        text,
        team_id: team.id,
        api_app_id: app.appId,
        channel_id: 'C0INCIDENTS',
        trigger_id: `t${asked}`,
      };
      const body = new URLSearchParams({ ...fields, user_id: 'U0ANA00000', user_name: 'ana' }).toString();
      const timestamp = String(Math.floor(Date.now() / 1000));
      const response = await fetch(running().slackUrl ?? '', {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': signatureOf(app.signingSecret, timestamp, body),
        },
        body,
      });
      return response.text();
    },
    async stop() {
      const stopping = tocsin?.stop();
      tocsin = undefined;
      await stopping;
    },
    bury: () => intake.stop().catch(() => undefined),
    start: (seen = (inner) => inner) => startBot(seen),
    async end() {
      await intake.stop();
      await store.close();
      await ground.drop();
    },
  };
  await startBot(wish.seen ?? ((inner) => inner));
  return intake;
}
