import type { Program, ProgramCall, ProgramResult } from './exec/programs.ts';
import { labelsOf } from './tree.ts';

/** What the programs of the example ask and do. */
export type VideoEffects = {
  clearStuck: () => number;
  prioritize: () => number;
  dbMaxConnections: () => number;
  /** The body that Prometheus answers to a request such as "/api/v1/query?query=up". */
  prometheusAnswer: (url: string) => Promise<string> | string;
};

const json = (value: unknown): ProgramResult => ({ stdout: JSON.stringify(value) });
const workloadOf = ({ pod }: ProgramCall): string => labelsOf(pod)['app.kubernetes.io/name'] ?? '';

/** curl's own words for a server that is not there. */
const refused = (url: URL): ProgramResult => ({
  stderr: `curl: (7) Failed to connect to ${url.hostname} port ${url.port === '' ? '80' : url.port} after 0 ms: Could not connect to server\n`,
  exitCode: 7,
});

function curl(effects: VideoEffects): Program {
  return (call) => {
    if (call.argv[0] !== 'curl') return undefined;
    const { method, address } = readCurl(call.argv.slice(1));
    const url = URL.parse(address.includes('://') ? address : `http://${address}`);
    if (url === null || address === '') return { stderr: 'curl: (2) no URL specified\n', exitCode: 2 };
    if (!['localhost', '127.0.0.1'].includes(url.hostname))
      return { stderr: `curl: (6) Could not resolve host: ${url.hostname}\n`, exitCode: 6 };
    if (workloadOf(call) === 'prometheus' && url.port === '9090') return prometheus(effects, url);
    if (url.port !== '8080') return refused(url);
    return serve({ effects, workload: workloadOf(call) }, method, url);
  };
}

async function prometheus(effects: VideoEffects, url: URL): Promise<ProgramResult> {
  return { stdout: await effects.prometheusAnswer(`${url.pathname}${url.search}`) };
}

/** The options of curl that the runbooks use; the first word that is none is the address. */
function readCurl(args: readonly string[]): { method: string; address: string } {
  let method = 'GET';
  let address = '';
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] ?? '';
    const next = args[index + 1] ?? '';
    if (word === '-X' || word === '--request') method = next;
    else if (/^-(d|-data|-data-raw)$/.test(word)) method = 'POST';
    if (/^-(X|-request|H|-header|d|-data|-data-raw|m|-max-time|o|-output|w|-write-out)$/.test(word)) index += 1;
    else if (word.startsWith('-X')) method = word.slice(2);
    else if (!word.startsWith('-') && address === '') address = word;
  }
  return { method: method.toUpperCase(), address };
}

function serve({ effects, workload }: { effects: VideoEffects; workload: string }, method: string, url: URL): ProgramResult {
  const most = effects.dbMaxConnections();
  switch (`${method} ${workload} ${url.pathname}`) {
    case 'GET api-gateway /health':
      return json({ status: 'ok', database: 'ok', nats: 'ok' });
    case 'GET api-gateway /health/db': {
      const used = Math.min(most, 19 + Math.floor(most / 10));
      return json({ status: used >= most ? 'saturated' : 'ok', pool: { max: most, in_use: used, waiting: used >= most ? 14 : 0 } });
    }
    case 'POST api-gateway /api/jobs/clear-stuck':
      return json({ cleared: effects.clearStuck() });
    case 'POST job-orchestrator /api/jobs/prioritize':
      return json({ prioritized: effects.prioritize() });
    default:
      return url.pathname === '/health' ? json({ status: 'ok' }) : { stdout: '404 page not found\n' };
  }
}

const nats: Program = (call) => {
  if (workloadOf(call) !== 'nats') return undefined;
  if (call.argv[0] === 'nats-server') return { stdout: 'nats-server: v2.11.8\n' };
  if (call.argv[0] !== 'nats-sub') return undefined;
  const subject = call.argv[1] ?? '';
  return { stdout: `Listening on [${subject}]\n[#1] Received on [${subject}]: 'ok'\n` };
};

const smi: Program = (call) => {
  if (call.argv[0] !== 'nvidia-smi' || workloadOf(call) !== 'gpu-worker') return undefined;
  const rule = '+-----------------------------------------------------------------------------------------+';
  const rows = [
    '| NVIDIA-SMI 570.172.08             Driver Version: 570.172.08     CUDA Version: 12.8     |',
    '|   0  Tesla T4                       On  |   00000000:00:1E.0 Off |                    0 |',
    '| N/A   71C    P0             66W /   70W |   14912MiB /  15360MiB |     97%      Default |',
  ];
  return { stdout: `${[rule, rows[0], rule, rows[1], rows[2], rule].join('\n')}\n` };
};

/** What can be run in the containers of the example. */
export function videoPrograms(effects: VideoEffects): readonly Program[] {
  return [curl(effects), nats, smi];
}
