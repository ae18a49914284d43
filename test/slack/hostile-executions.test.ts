import { beforeAll, describe, expect, it } from 'vitest';
import { drawContextFor } from '../../src/chat/draw-context.ts';
import type { Message } from '../../src/chat/message.ts';
import type { DrawContext } from '../../src/chat/views/context.ts';
import { drawMessage } from '../../src/chat/views/draw.ts';
import { readTimeline } from '../../src/export/read-timeline.ts';
import { addMs } from '../../src/kernel/instant.ts';
import { readRunbookSteps } from '../../src/reading/read-step.ts';
import { createRunbookLibrary } from '../../src/runbooks/library.ts';
import type { Runbook } from '../../src/runbooks/runbook.ts';
import { acceptBlocks } from '../../src/simulator/slack/blocks/accept.ts';
import { drawMessage as drawInSlack, drawPlain } from '../../src/slack/render/message.ts';
import { createTestChat, openCritical, shippedRunbook } from '../chat/chat-desk.ts';
import { caseContext, executionCases } from '../chat/execution-cases.ts';
import { exampleIncident } from '../export/example-incident.ts';
import { ana, ben } from '../support/desk.ts';
import { textsIn, tokensIn } from './drawn.ts';

/** Each begins with what marks it, so that a cut after a few characters still shows whether it came through. */
const hostile = [
  '<!channel> <!here|x> <!subteam^S0ONCALL00>',
  '<@U0MALLORY0> <https://evil.example|click> <#C0INCIDENTS>',
  '```\n<!everyone>\n``` ````',
  '\u202Egnp.exe\u202C \u2066x\u2069 a\u200Bb \u0007\u001b[31m \u{e0041}',
  '🚨\uFE0F 👩‍🚒 ￼ &lt;!channel&gt; &amp;',
] as const;

/** What comes from outside in an execution: what it printed, what objects and labels say, what servers and people wrote. */
const fromOutside = new Set(
  [
    'title finding text words message reason head tail output stdout from to field value origin problem check',
    'summary impact target name promql container via argv labels metric',
  ].flatMap((line) => line.split(' ')),
);

/** The same with each text from outside replaced; keys, numbers, states and times stay. */
function poisoned<T>(value: T, poison: string, isOutside = false): T {
  // Every part is given back in the form in which it came: texts stay texts, lists lists.
  const as = (made: unknown) => made as T;
  if (typeof value === 'string') return as(isOutside ? poison : value);
  if (Array.isArray(value)) return as(value.map((each) => poisoned<unknown>(each, poison, isOutside)));
  if (typeof value !== 'object' || value === null) return value;
  return as(
    Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        poisoned<unknown>(inner, poison, fromOutside.has(key) || (isOutside && typeof inner === 'string' && key !== 'type')),
      ]),
    ),
  );
}

let context: DrawContext;
beforeAll(async () => {
  const { desk, incident } = await exampleIncident('measured');
  context = await drawContextFor(
    {
      alerts: desk.store.alerts,
      timeline: desk.store.timeline,
      runbooks: createRunbookLibrary([shippedRunbook()]),
      linksFor: () => ({ runbook: 'https://git.example/video.md', thread: 'https://chat.example/t/1' }),
      steps: { read: (runbook: Runbook) => readRunbookSteps(runbook), offers: () => Promise.resolve([]) },
      command: '/incident',
      clock: desk.clock,
    },
    incident,
  );
});

const ours =
  /^<(?:@U0(?:ANA|BEN)00000|!date\^\d+\^[^|<>]+\|[^|<>]+ UTC|https:\/\/(?:git|chat|grafana|prometheus)\.example\/[^|<>]+\|[^|<>]+)>$/;
const hidden = /(?!\n)\p{Cc}|[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;

/** What Slack would act on though we did not write it, what hides or turns around, and fences that outside text opens or closes. */
function harmIn(message: Message): readonly string[] {
  const { text, blocks } = drawInSlack(message);
  acceptBlocks(blocks, 12_000);
  const marked = [text, drawPlain(message).text, ...textsIn(blocks, 'mrkdwn')];
  const isFenced = (one: string) => one.split('```').length === 3 && one.startsWith('```\n') && one.endsWith('\n```');
  return [
    ...marked.flatMap(tokensIn).filter((token) => !ours.test(token)),
    ...marked.filter((one) => one.replaceAll(/<[^<>]*>/g, '').includes('<')),
    ...marked.filter((one) => one.includes('```') && !isFenced(one)),
    ...[...marked, ...textsIn(blocks, 'plain_text')].filter((one) => hidden.test(one)),
  ];
}

/** All cases of executions, each text from outside being `poison`. */
function contexts(poison: string): readonly [string, DrawContext][] {
  const start = addMs(context.now, 60_000);
  return Object.entries(executionCases(start)).map(([name, one]) => {
    const { execution, document, afterMs } = one;
    const whole = caseContext(context, { execution, document, afterMs }, start);
    const {
      incident,
      document: stored,
      alerts,
    } = poisoned({ incident: whole.incident, document: whole.document, alerts: whole.alerts }, poison);
    return [
      name,
      { ...whole, incident, ...(stored === undefined ? {} : { document: stored }), ...(alerts === undefined ? {} : { alerts }) },
    ];
  });
}

describe('what an execution shows of the outside', () => {
  it.each(hostile)('%j pings nobody, leads nowhere, hides nothing and closes no code block', (poison) => {
    const shown = new Set<string>();
    const begins = JSON.stringify(poison.slice(0, 3)).slice(1, -1);
    for (const [index, [name, poisonedContext]] of contexts(poison).entries()) {
      const [number = 0] = (poisonedContext.incident.executions ?? []).map((execution) => execution.number);
      const always = [{ type: 'execution', number }, { type: 'card' }] as const;
      // These show nothing of an execution that the card does not.
      const once = [{ type: 'runbook' }, { type: 'brief' }, { type: 'alerts' }] as const;
      for (const view of index === 0 ? [...always, ...once] : always) {
        const message = drawMessage(view, poisonedContext);
        expect(harmIn(message), `${name} ${view.type}`).toEqual([]);
        if (JSON.stringify(message).includes(begins)) shown.add(`${name} ${view.type}`);
      }
    }
    // Otherwise the harmless messages might only be those in which it does not appear.
    expect(shown.size).toBeGreaterThan(60);
  });

  it.each(hostile)('%j does so in what the timeline tells, either', async (poison) => {
    const chat = createTestChat();
    const incident = await openCritical(chat);
    const step = async (text: string, by = ana) => {
      await chat.say(text, { by });
      await chat.runner.idle();
    };
    chat.outside.operations = [`scale ${poison}`];
    chat.outside.facts = [{ weight: 'warning', rule: 'hpa', text: poison }];
    await step('mitigate 8');
    await step(`deny 1 ${poison}`, ben);
    chat.outside.answers.set(`scale ${poison}`, 'refused');
    await step('mitigate 8');
    await step('approve 2', ben);
    chat.outside.planFails = poison;
    await step('mitigate 9');
    const drawn = await drawContextFor(chat.desk, await chat.fresh(incident));
    const entries = await readTimeline(chat.store.timeline, drawn.incident);
    const kinds = new Set(entries.map(({ kind }) => kind));
    for (const kind of ['requested', 'proposed', 'denied', 'approved', 'started', 'failed']) expect(kinds).toContain(`mitigation_${kind}`);
    for (const entry of entries)
      expect(harmIn(drawMessage({ type: 'entry', seq: entry.seq, broadcast: false }, { ...drawn, entry })), entry.kind).toEqual([]);
  });
});
