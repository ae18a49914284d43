import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { spokenCommands } from '../../../src/bot.ts';
import type { Action } from '../../../src/chat/action.ts';
import { createTestChat, openCritical } from '../../chat/chat-desk.ts';
import { assertAnswer } from '../engine/drawn.ts';
import { createTarget } from '../engine/target.ts';
import { anyText, longText } from '../given/text.ts';

const names = spokenCommands.map(({ name }) => name);
const word = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('INC-1', 'inc1', '1', '#1', 'INC-999999999999', '0', '-1', '2.3', '5', '99', 'all') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'critical',
      'monitoring',
      'commander',
      '<@U0BEN00000|ben>',
      '<@U0BEN00000>',
      '@ben',
      'pod=web-1',
      'replicas=10',
      'a=b=c',
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(...names) },
  { weight: 2, arbitrary: anyText },
);
const text = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.tuple(fc.constantFrom(...names), fc.array(word, { maxLength: 4 })).map(([name, words]) => [name, ...words].join(' ')),
  },
  { weight: 2, arbitrary: fc.array(word, { maxLength: 4 }).map((words) => words.join(' ')) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...names), longText(anyText, 8000)).map((parts) => parts.join(' ')) },
);
const action: fc.Arbitrary<Action> = fc.record(
  {
    type: fc.constantFrom('run' as const, 'form' as const),
    command: fc.constantFrom(...names, 'gone'),
    incident: fc.constantFrom(1, 1, 1, 7),
    argument: fc.constantFrom('1', '2.3', '99', 'all', 'retry.messages', 'x'),
  },
  { requiredKeys: ['type', 'command'] },
);
const field = fc.oneof(
  fc.constantFrom('text', 'title', 'severity', 'impact', 'service', 'phase', 'who', 'role', 'person', 'reason', 'promql', 't0'),
  anyText,
);
const answers = fc.dictionary(field, fc.oneof(anyText, longText(anyText, 8000), fc.constantFrom('critical', 'U0BEN00000')), { maxKeys: 5 });
const act = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant('say' as const), text }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('press' as const), action }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('open' as const), action }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('submit' as const), action, answers }) },
);

export const chatWords = createTarget({
  name: 'chat-words',
  promises: 'whatever people say, press and fill in is answered with something that Slack takes, and never by an unexpected failure',
  share: 6,
  given: fc.array(act, { minLength: 1, maxLength: 5 }),
  open: () => {},
  async run(acts) {
    const chat = createTestChat();
    try {
      await openCritical(chat);
      for (const one of acts) {
        if (one.type === 'say') assertAnswer(await chat.say(one.text));
        if (one.type === 'press') assertAnswer(await chat.press(one.action));
        if (one.type === 'open') assertAnswer(await chat.openForm({ ...one.action, type: 'form' }));
        if (one.type === 'submit') assertAnswer(await chat.submit({ ...one.action, type: 'form' }, one.answers));
        await chat.runner.idle();
      }
      assert.deepEqual(
        chat.logged.filter(({ message }) => /failed/.test(message)),
        [],
      );
    } finally {
      await chat.store.close();
    }
  },
});
