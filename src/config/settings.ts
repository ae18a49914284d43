import { z } from 'zod';

const words = z.array(z.string().min(1), { error: 'is not a list of words. The right form is [one, two].' });
const minutes = (example: number) =>
  z.number({ error: `is not a number of minutes, such as ${example}.` }).positive({ error: 'must be more than 0 minutes.' });
const seconds = (example: number, least: number) =>
  z
    .number({ error: `is not a number of seconds, such as ${example}.` })
    .min(least, { error: `must be at least ${least} second${least === 1 ? '' : 's'}.` });
const accessRule = z.strictObject({
  may: z
    .array(
      z.enum(['run', 'request', 'approve', 'breakGlass'], { error: 'is not a right. There are run, request, approve and breakGlass.' }),
    )
    .min(1, { error: 'gives no right. The right form is [run, request].' }),
  users: words.optional(),
  groups: words.optional(),
  namespaces: words.optional(),
  risks: z.array(z.enum(['low', 'medium', 'high'], { error: 'is not a risk. There are low, medium and high.' })).optional(),
  severities: z
    .array(z.enum(['critical', 'warning', 'info'], { error: 'is not a severity. There are critical, warning and info.' }))
    .optional(),
});
const channel = z
  .string()
  .regex(/^(#[^\s#]+|[CG][A-Z0-9]{6,})$/, { error: 'is not a channel. The right form is "#incidents" (in quotes) or a channel id.' });

/** tocsin.yaml: how the team works. Every key is optional; unknown keys are errors, because they are usually misspelt ones. */
export const settingsSchema = z.strictObject({
  runbooks: z
    .strictObject({
      dir: z.string().default('runbooks'),
      /** Where people read the runbooks, for links: the address of that folder. */
      url: z
        .url({ protocol: /^https?$/, error: 'is not an http(s) address. The right form is https://git.example.com/runbooks.' })
        .transform((url) => url.replace(/\/+$/, ''))
        .optional(),
    })
    .prefault({}),
  slack: z
    .strictObject({
      command: z
        .string()
        .regex(/^\/[a-z0-9_-]{1,31}$/, { error: 'is not a slash command. The right form is /incident.' })
        .default('/incident'),
      channels: z.strictObject({ incidents: channel.default('#incidents'), oncall: channel.default('#oncall') }).prefault({}),
    })
    .prefault({}),
  alerts: z
    .strictObject({
      /** The label that holds the severity, and which of its values mean what. */
      severityLabel: z.string().default('severity'),
      severities: z
        .strictObject({
          critical: words.default(['critical', 'crit', 'page', 'emergency', 'fatal', 'high', 'p0', 'p1', 'sev0', 'sev1']),
          warning: words.default(['warning', 'warn', 'error', 'ticket', 'medium', 'p2', 'sev2']),
          info: words.default(['info', 'informational', 'none', 'low', 'notice', 'p3', 'p4', 'p5', 'sev3', 'sev4']),
        })
        .prefault({}),
      /** The first of these labels that an alert has names its service. */
      serviceLabels: words.default(['service', 'service_name', 'app', 'application', 'job']),
      /** Alerts of one runbook and service join an incident within this time of its last alert. */
      groupWindowMinutes: minutes(60).default(60),
      /** An alert that fires again within this time of the resolution reopens the incident. */
      reopenWindowMinutes: minutes(30).default(30),
      /** Resolve by itself this long after all alerts have cleared. Absent: Tocsin suggests it, people resolve. */
      resolveAfterMinutes: z
        .number({ error: 'is not a number of minutes, such as 10.' })
        .min(0, { error: 'must not be negative.' })
        .optional(),
      /** The alert that always fires. Its silence is an incident. */
      watchdog: z
        .strictObject({
          /** Empty: an alert of any name is an alert. */
          alertname: z.string().default('Watchdog'),
          /** How long it may be silent. */
          everyMinutes: minutes(15).default(15),
          /** The labels that tell several apart. */
          labels: words.default(['cluster', 'prometheus']),
          /** One is expected also when none has ever come. Otherwise one that came in time several times in a row. */
          required: z.boolean({ error: 'is neither true nor false.' }).default(false),
        })
        .prefault({}),
    })
    .prefault({}),
  /** How what fires in Alertmanager (ALERTMANAGER_URL) is compared with what fires here. */
  alertmanager: z
    .strictObject({
      /** Its receivers that lead here. Absent: they are learned from the webhooks that come. */
      receivers: words.default([]),
      /** An alert that fires there and is unknown here for so long was missed. */
      findAfterMinutes: z
        .union([minutes(2), z.literal('never')], { error: 'is neither a number of minutes, such as 2, nor never.' })
        .default(2),
      /** An alert that fires here and is unknown there for so long has ended. Longer than the group_interval. */
      clearAfterMinutes: minutes(6).default(6),
    })
    .prefault({}),
  /** Who may do what. Without rules every full member may; then exactly what the rules say. */
  access: z.strictObject({ rules: z.array(accessRule).default([]) }).prefault({}),
  people: z
    .strictObject({
      /** Several Slack accounts of one person count as one, so that nobody approves what they asked for themselves. */
      identities: z.array(z.strictObject({ name: z.string().min(1), accounts: words })).default([]),
    })
    .prefault({}),
  escalation: z
    .strictObject({
      /** When those on call are told again about a critical incident that nobody has acknowledged; an empty list: never. */
      steps: z
        .array(z.strictObject({ afterMinutes: minutes(15) }), {
          error: 'is not a list of steps. The right form is [{ afterMinutes: 15 }].',
        })
        .refine((steps) => steps.every(({ afterMinutes }, index) => afterMinutes > (steps[index - 1]?.afterMinutes ?? 0)), {
          error: 'must rise: each step comes later than the one before it.',
        })
        .default([{ afterMinutes: 15 }, { afterMinutes: 30 }]),
    })
    .prefault({}),
  approvals: z
    .strictObject({
      /** How many people have to stand behind a mitigation besides whoever asks for it. */
      quorum: z.number({ error: 'is not a number of people, such as 1.' }).int().min(1, { error: 'must be at least 1 person.' }).default(1),
      expiryMinutes: minutes(15).default(15),
      /** After this time whoever asked may apply it alone, with a reason, said aloud. */
      breakGlassMinutes: minutes(5).default(5),
    })
    .prefault({}),
  verification: z.strictObject({ everySeconds: seconds(30, 5).default(30), forMinutes: minutes(10).default(10) }).prefault({}),
  kubernetes: z
    .strictObject({
      /** The kubeconfig's context for reads and dry runs, and the one for approved changes. Absent: the current one. */
      readContext: z.string().min(1).optional(),
      changeContext: z.string().min(1).optional(),
      /** In a pod: the file with the token of the account that changes things. Absent: the pod's own account does both. */
      changeTokenFile: z.string().min(1).optional(),
      /** What a command without -n means. Absent: what the context says. */
      defaultNamespace: z.string().min(1).optional(),
    })
    .prefault({}),
  http: z
    .strictObject({
      /** Hosts that curl and wget in runbooks may reach besides Prometheus: "host", "host:port" or "*.example.com". */
      allowedHosts: words.default([]),
    })
    .prefault({}),
  prometheus: z
    .strictObject({
      /** Names by which runbooks call the configured Prometheus: "prometheus:9090". */
      aliases: words.default([]),
    })
    .prefault({}),
  exec: z
    .strictObject({
      /** Commands that only read inside a container, besides those that Tocsin knows: "nats stream report". */
      reading: words.default([]),
    })
    .prefault({}),
  storm: z
    .strictObject({
      /** So many threads that wait for their turn in the incidents channel are an alert storm: one card tells of all of them. */
      threads: z.number({ error: 'is not a number of threads, such as 10.' }).int().min(3, { error: 'must be at least 3.' }).default(10),
      /** It is over when a fifth of that or less has waited for so long. */
      calmSeconds: seconds(60, 1).default(60),
    })
    .prefault({}),
  alarm: z
    .strictObject({
      /** Is told, by a POST, when the chat configuration keeps Tocsin from posting, and when that is over. */
      webhookUrl: z
        .url({ protocol: /^https?$/, error: 'is not an http(s) address. The right form is https://alarm.example.com/hook.' })
        .optional(),
    })
    .prefault({}),
  runs: z
    .strictObject({
      timeoutSeconds: seconds(120, 1).default(120),
      /** How many steps this process runs at once; the others wait. */
      parallel: z.number({ error: 'is not a number of runs, such as 8.' }).int().min(1, { error: 'must be at least 1.' }).default(8),
      /** How long something without an end of its own (logs -f, watch) goes on. */
      followSeconds: seconds(20, 1).default(20),
    })
    .prefault({}),
  /** How often the runbook's own measure (the current error rate) is asked for while an incident is open. */
  measureEverySeconds: z.number().min(5, { error: 'must be at least 5 seconds.' }).default(60),
  /** How long raw deliveries are kept. */
  keepDeliveriesDays: z.number().min(1, { error: 'must be at least 1 day.' }).default(30),
  /** How long outputs, plans and journals of runbook steps are kept after their incident was resolved. */
  keepExecutionsDays: z.number().min(1, { error: 'must be at least 1 day.' }).default(90),
});

export type Settings = z.infer<typeof settingsSchema>;
