import { z } from 'zod';
import { flagOf } from '../call.ts';
import { compareText } from '../json-fields.ts';
import { KubectlError } from '../kubectl-error.ts';
import { goText } from '../output/go-json.ts';
import { alignTabs, tableStyle } from '../tab-writer.ts';
import type { Verb, VerbContext } from '../verb.ts';
import { askReview } from './reviews.ts';

const reviewSchema = z.object({
  status: z.object({
    userInfo: z.object({
      username: z.string().default(''),
      uid: z.string().default(''),
      groups: z.array(z.string()).default([]),
      extra: z.record(z.string(), z.array(z.string())).default({}),
    }),
  }),
});

async function askUser(context: VerbContext) {
  try {
    return reviewSchema.parse(await askReview(context, 'selfsubjectreviews')).status.userInfo;
  } catch (error) {
    const reason = error instanceof KubectlError ? error.status?.reason : undefined;
    const start = 'the selfsubjectreviews API is not enabled in the cluster';
    if (reason === 'NotFound') throw new KubectlError(start);
    if (reason === 'Forbidden') throw new KubectlError(`${start} or you do not have permission to call it`);
    throw error;
  }
}

export const authWhoami: Verb = {
  name: 'auth whoami',
  flags: [{ name: 'output', short: 'o', value: 'text' }],
  effect: (call) =>
    (flagOf(call, 'output') ?? '') === ''
      ? { type: 'read' }
      : { type: 'manual', reason: 'the account is shown as a table only', fix: 'Leave out -o.' },
  needs: () => [],
  async run(_call, context) {
    const user = await askUser(context);
    const rows = [
      ...(user.username === '' ? [] : [['Username', user.username]]),
      ...(user.uid === '' ? [] : [['UID', user.uid]]),
      ...(user.groups.length === 0 ? [] : [['Groups', goText(user.groups)]]),
      ...Object.entries(user.extra)
        .sort(([a], [b]) => compareText(a, b))
        .map(([key, values]) => [`Extra: ${key}`, goText(values)]),
    ];
    context.out(alignTabs([['ATTRIBUTE', 'VALUE'], ...rows].map((row) => `${row.join('\t')}\n`).join(''), tableStyle));
    return 0;
  },
};

/** The account's name alone. The other forms of the command print what opens the cluster. */
export const ocWhoami: Verb = {
  name: 'whoami',
  programs: ['oc'],
  flags: [
    { name: 'show-token', short: 't', value: 'none' },
    { name: 'show-server', value: 'none' },
    { name: 'show-context', short: 'c', value: 'none' },
    { name: 'show-console', value: 'none' },
  ],
  effect: (call) =>
    call.flags.has('show-token') || call.flags.has('show-context') || call.flags.has('show-console')
      ? {
          type: 'manual',
          reason: 'it shows the token, the context or the console of your own machine',
          fix: 'Use oc whoami without a flag.',
        }
      : { type: 'read' },
  needs: () => [],
  async run(call, context) {
    context.out(`${call.flags.has('show-server') ? (context.session.cluster?.server ?? '') : (await askUser(context)).username}\n`);
    return 0;
  },
};
