import { z } from 'zod';
import { isLoopback } from './loopback.ts';

const secret = (name: string, form: string) =>
  z
    .string({ error: `is missing. Set it to ${form}.` })
    .min(16, { error: `is too short for a secret. ${name} wants at least 16 characters.` });

const port = (standard: number) =>
  z.coerce
    .number({ error: 'is not a number. Give a TCP port, for example 8080.' })
    .int({ error: 'is not a whole number. Give a TCP port, for example 8080.' })
    .min(0, { error: 'is not a TCP port. Give a number from 0 (any free one) to 65535.' })
    .max(65_535, { error: 'is not a TCP port. Give a number from 0 (any free one) to 65535.' })
    .default(standard);

const httpUrl = (example: string) =>
  z
    .url({ protocol: /^https?$/, error: `is not an http(s) address. The right form is ${example}.` })
    .transform((text) => text.replace(/\/+$/, ''));

/** What the environment says: addresses and secrets. Everything else stands in tocsin.yaml. */
export const environmentSchema = z.object({
  STORE_URL: z
    .string()
    .regex(/^(file:.+|mongodb(\+srv)?:\/\/.+)$/, {
      error: 'is neither a file nor a MongoDB address. The right form is file:./tocsin.db or mongodb://host:27017/tocsin.',
    })
    .default('file:./tocsin.db'),
  HOST: z.string().default('0.0.0.0'),
  PORT: port(8080),
  WEBHOOK_TOKEN: secret('WEBHOOK_TOKEN', 'the bearer token that Alertmanager sends (http_config.authorization.credentials)'),
  API_TOKEN: secret('API_TOKEN', 'the bearer token for the export addresses, for example the output of: openssl rand -hex 24'),
  SLACK_BOT_TOKEN: z
    .string({ error: 'is missing. Set it to the bot token of the Slack app (xoxb-...).' })
    .startsWith('xoxb-', { error: 'is not a bot token. A bot token starts with xoxb-.' }),
  SLACK_SIGNING_SECRET: z
    .string()
    .min(16, { error: 'is too short. Copy "Signing Secret" from the app\'s Basic Information page.' })
    .optional(),
  SLACK_APP_TOKEN: z.string().startsWith('xapp-', { error: 'is not an app-level token. It starts with xapp-.' }).optional(),
  SLACK_API_URL: httpUrl('http://127.0.0.1:4000/api/')
    .refine((url) => isLoopback(url), {
      error: 'points to another machine. It may only name a Slack-compatible server on loopback, such as http://127.0.0.1:4000/api/.',
    })
    .transform((url) => `${url}/`)
    .optional(),
  SLACK_PORT: port(3000),
  PROMETHEUS_URL: httpUrl('http://prometheus:9090').optional(),
  ALERTMANAGER_URL: z
    .string()
    .transform((text) => text.split(',').map((url) => url.trim().replace(/\/+$/, '')))
    .refine((urls) => urls.every((url) => /^https?:$/.test(URL.parse(url)?.protocol ?? '')), {
      error: 'is not a list of http(s) addresses. The right form is http://alertmanager-0:9093,http://alertmanager-1:9093.',
    })
    .optional(),
  KUBECONFIG: z.string().optional(),
  /** Set by Kubernetes in every pod: then the pod's own service account is used. */
  KUBERNETES_SERVICE_HOST: z.string().optional(),
  PUBLIC_URL: httpUrl('https://tocsin.example.com').optional(),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'is not a log level. Use debug, info, warn or error.',
    })
    .default('info'),
  TOCSIN_CONFIG: z.string().optional(),
});

export type Environment = z.infer<typeof environmentSchema>;

/** What is wrong between the keys, each of which may be right by itself; asked of the raw variables, so that it is told along with the rest. */
export function conflictIn(given: Readonly<Record<string, string | undefined>>): string | undefined {
  const ways = ['SLACK_SIGNING_SECRET', 'SLACK_APP_TOKEN'].filter((key) => given[key] !== undefined);
  if (ways.length === 1) return undefined;
  return ways.length === 0
    ? 'is missing. Set SLACK_SIGNING_SECRET to receive Slack over HTTP, or SLACK_APP_TOKEN for Socket Mode.'
    : 'and SLACK_APP_TOKEN are both set. Keep one: the first for HTTP, the second for Socket Mode.';
}
