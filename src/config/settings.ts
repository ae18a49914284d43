import { z } from 'zod';

const words = z.array(z.string().min(1), { error: 'is not a list of words. The right form is [one, two].' });
const minutes = (example: number) =>
  z.number({ error: `is not a number of minutes, such as ${example}.` }).positive({ error: 'must be more than 0 minutes.' });
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
    })
    .prefault({}),
  /** How often the runbook's own measure (the current error rate) is asked for while an incident is open. */
  measureEverySeconds: z.number().min(5, { error: 'must be at least 5 seconds.' }).default(60),
  /** How long raw deliveries are kept. */
  keepDeliveriesDays: z.number().min(1, { error: 'must be at least 1 day.' }).default(30),
});

export type Settings = z.infer<typeof settingsSchema>;
