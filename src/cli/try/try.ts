import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { destination, pino } from 'pino';
import { spokenCommands } from '../../bot.ts';
import type { Tocsin } from '../../bot.ts';
import { checkConfig, describeProblems } from '../../config/config.ts';
import type { Config } from '../../config/config.ts';
import { systemClock } from '../../kernel/clock.ts';
import { TocsinError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { startTocsin } from '../../main.ts';
import { holdFile } from '../../store/sqlite/hold.ts';
import { aboutProcess } from '../about-process.ts';
import { exitStatus } from '../cli-command.ts';
import type { CliCommand } from '../cli-command.ts';
import { readTryOptions, usage } from './options.ts';
import type { TryOptions } from './options.ts';
import { writeSampleContent } from './sample-content.ts';
import { startSimulation } from './simulation.ts';
import type { Simulation } from './simulation.ts';

const runbooksDir = fileURLToPath(new URL('../../../runbooks', import.meta.url));

/** The production code against a simulated world on this machine: no accounts, no cluster, no database. */
export const tryOut: CliCommand = {
  name: 'try',
  summary: 'run it against a simulated workspace, without accounts',
  usage,
  async run(args, terminal) {
    const options = readTryOptions(args);
    await mkdir(options.data, { recursive: true });
    const hold = holdFile(join(options.data, 'in-use'));
    if (hold === undefined) throw inUse(options);
    const log = pino({ level: 'info' }, destination({ dest: join(options.data, 'tocsin.log'), sync: true }));
    const secret = () => randomBytes(24).toString('hex');
    const secrets = { webhookToken: secret(), apiToken: secret(), signingSecret: secret(), botToken: `xoxb-simulated-${secret()}` };

    tellWarnings(log);
    const host = { clock: systemClock, log: log.child({ part: 'simulator' }) };
    const simulation = await startSimulation({ ...options, ...host, secrets, runbooksDir, subcommands: spokenCommands });
    const tocsin = await startBot(tryConfig(options, { secrets, simulation }), { simulation, log });
    const slackUrl = tocsin.slackUrl ?? '';
    simulation.connect({ webhookUrl: tocsin.webhookUrl, slackUrl });
    if (!options.empty) await writeSampleContent(simulation.workspace);

    const { pageUrl, slackApiUrl } = simulation;
    const ready = { pageUrl, webhookUrl: tocsin.webhookUrl, webhookToken: secrets.webhookToken, slackApiUrl, pid: process.pid };
    if (options.readyFile !== undefined) await writeReadyFile(options.readyFile, ready);
    terminal.out(welcome(options, ready));

    await terminal.interrupted;
    terminal.out('\nStopping. What you did is kept.\n');
    await simulation.quieten();
    await tocsin.stop();
    await simulation.close();
    hold.release();
    if (options.readyFile !== undefined) await rm(options.readyFile, { force: true });
    return exitStatus.ok;
  },
};

/** Two worlds on one workspace would each believe that they alone write to it. */
function inUse({ data, port }: TryOptions): TocsinError {
  const page = port === 0 ? 'Its page is named where it was started.' : `Its page may be http://127.0.0.1:${port}/.`;
  const advice = 'For a second one choose another folder and port: npm start -- --data OTHER --port 0';
  return new TocsinError('conflict', `another try-out uses the folder ${data}. ${page} ${advice}`);
}

async function startBot(config: Config, { simulation, log }: { simulation: Simulation; log: Log }): Promise<Tocsin> {
  try {
    return await startTocsin(config, { clock: systemClock, log, aboutProcess });
  } catch (error) {
    await simulation.close();
    throw error;
  }
}

/** Node prints its warnings where people read; here they go into the log with everything else. */
function tellWarnings(log: Log): void {
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => log.warn({ name, message }, 'Node warns'));
}

type Secrets = { webhookToken: string; apiToken: string; signingSecret: string; botToken: string };

function tryConfig(options: TryOptions, world: { secrets: Secrets; simulation: Simulation }): Config {
  const { secrets, simulation } = world;
  const outcome = checkConfig(
    {
      STORE_URL: `file:${join(options.data, 'tocsin.db')}`,
      HOST: '127.0.0.1',
      PORT: '0',
      SLACK_PORT: '0',
      WEBHOOK_TOKEN: secrets.webhookToken,
      API_TOKEN: secrets.apiToken,
      SLACK_BOT_TOKEN: secrets.botToken,
      SLACK_SIGNING_SECRET: secrets.signingSecret,
      SLACK_API_URL: simulation.slackApiUrl,
      PROMETHEUS_URL: simulation.prometheusUrl,
      ALERTMANAGER_URL: simulation.alertmanagerUrl,
      KUBECONFIG: simulation.kubeconfig,
    },
    {
      path: 'the try-out',
      content: {
        runbooks: { dir: runbooksDir, url: simulation.runbooksUrl },
        kubernetes: { readContext: 'reader', changeContext: 'mutator' },
        prometheus: { aliases: ['prometheus:9090'] },
        exec: { reading: ['nats-sub'] },
        // Nobody waits five minutes to see what it does.
        approvals: { breakGlassMinutes: 1 },
        verification: { everySeconds: 10, forMinutes: 10 },
        measureEverySeconds: 5,
      },
    },
  );
  if (!outcome.ok) throw new TocsinError('internal', describeProblems(outcome.problems));
  return outcome.config;
}

async function writeReadyFile(file: string, ready: object): Promise<void> {
  await writeFile(`${file}.part`, `${JSON.stringify(ready)}\n`);
  await rename(`${file}.part`, file);
}

function welcome(options: TryOptions, ready: { pageUrl: string; webhookUrl: string; webhookToken: string }): string {
  return [
    '',
    'Tocsin runs against a simulated workspace. Nothing leaves this machine.',
    '',
    `  Open     ${ready.pageUrl}`,
    '  Try      press "Fire a sample alert", open the thread that appears in #incidents,',
    '           then type /incident ack in the channel, or @tocsin ack in the thread.',
    '           Act as somebody else with the switch at the left.',
    `  Data     ${options.data} (survives a restart; delete the folder to begin anew; the log is in there, too)`,
    `  Webhook  ${ready.webhookUrl}`,
    `           bearer token ${ready.webhookToken}`,
    '',
    'Ctrl-C stops it.',
    '',
  ].join('\n');
}
