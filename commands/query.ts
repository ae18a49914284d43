import { z } from 'zod';
import { defineIncidentCommand } from '../src/chat/command.ts';
import { whereShown } from '../src/chat/confirm.ts';
import { typedAsMeant } from '../src/chat/typed-as-meant.ts';
import type { Typed } from '../src/chat/typed.ts';
import { say } from '../src/chat/views/answers.ts';
import { code } from '../src/chat/views/inline.ts';
import { cutText } from '../src/export/wording.ts';

const rangeOption = /(?:^|\s)--?(?:range|last|since)(?:[=\s]+(\S+))?\s*$/i;
const duration = /^(\d{1,4})(s|m|h|d|w)$/;
const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const maxRangeMs = 60 * 86_400_000;
const maxQuery = 4000;
const points = 240;
const leastStepMs = 15_000;

type Args = { promql: string; rangeMs: number | undefined };

const querySchema = z
  .string({ error: 'Write the query, in PromQL.' })
  .transform(typedAsMeant)
  .pipe(
    z
      .string()
      .min(1, { error: 'Write the query, in PromQL.' })
      .max(maxQuery, { error: `That query is too long: at most ${maxQuery} characters.` }),
  );

const rangeSchema = z.string().transform((text, context): number => {
  const [, count, unit = ''] = duration.exec(text) ?? [];
  const ms = Number(count) * (unitMs[unit] ?? 0);
  if (ms > 0 && ms <= maxRangeMs) return ms;
  context.addIssue({
    code: 'custom',
    message: text === '' ? 'Say the range, such as 30m.' : `"${text}" is no range. The right form is 30m, 6h or 2d, at most 60d.`,
  });
  return z.NEVER;
});

const readArgs: z.ZodType<Args, Typed> = z
  .custom<Typed>()
  .transform(({ text }): { promql: string; rangeMs?: string | undefined } => {
    const meant = typedAsMeant(text);
    const option = rangeOption.exec(meant);
    return { promql: meant.replace(rangeOption, ''), ...(option === null ? {} : { rangeMs: option[1] ?? '' }) };
  })
  .pipe(z.object({ promql: querySchema, rangeMs: rangeSchema.optional() }))
  .transform(({ promql, rangeMs }) => ({ promql, rangeMs }));

const ranges = [
  { value: 'now', label: 'now: one value each' },
  { value: '30m', label: 'the last 30 minutes, as a chart' },
  { value: '3h', label: 'the last 3 hours, as a chart' },
  { value: '1d', label: 'the last day, as a chart' },
  { value: '7d', label: 'the last week, as a chart' },
] as const;

/** Asks Prometheus a question of one's own. */
export const query = defineIncidentCommand({
  name: 'query',
  aliases: ['promql', 'metric', 'graph'],
  summary: 'Ask Prometheus; with --range you get a chart',
  usage: 'query [INC-12] <promql> [--range 1h]',
  examples: ['query sum(video_processing_queue_depth)', 'query INC-12 sum by (pod) (rate(errors_total[5m])) --range 3h'],
  verb: 'run',
  words: 'numbers',
  args: readArgs,
  async run({ desk, person, cause, incident }, { promql, rangeMs }) {
    const toMs = desk.clock.now().getTime();
    const stepMs = rangeMs === undefined ? 0 : Math.max(leastStepMs, Math.ceil(rangeMs / points / 1000) * 1000);
    const range = rangeMs === undefined ? {} : { range: { fromMs: toMs - rangeMs, toMs, stepMs } };
    await desk.runner.query({ id: incident.id, cause, by: person, query: { promql, ...range } });
    return say('Asking Prometheus: ', code(cutText(promql.replaceAll(/\s+/g, ' '), 200)), '.', ...whereShown(desk, incident));
  },
  form: {
    title: 'Ask Prometheus',
    submit: 'Ask',
    build: () => ({
      fields: [
        {
          id: 'promql',
          type: 'text',
          label: 'Query',
          hint: 'In PromQL, such as sum(rate(errors_total[5m]))',
          multiline: true,
          maxLength: 3000,
        },
        { id: 'range', type: 'choice', label: 'Over which time?', options: ranges, initial: 'now' },
      ],
    }),
    answers: z
      .object({ promql: querySchema, range: z.preprocess((value) => (value === 'now' ? undefined : value), rangeSchema.optional()) })
      .transform(({ promql, range }) => ({ promql, rangeMs: range })),
    mainField: 'promql',
  },
});
