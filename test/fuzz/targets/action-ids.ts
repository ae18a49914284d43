import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { decodeAction, encodeAction } from '../../../src/chat/action.ts';
import type { Action } from '../../../src/chat/action.ts';
import { createActionIds, readAction } from '../../../src/slack/render/actions.ts';
import { createTarget } from '../engine/target.ts';
import { anyText, piecesOf } from '../given/text.ts';

const letters = fc.string({ unit: fc.constantFrom(...'abcxyz'.split('')), minLength: 1, maxLength: 12 });
const argument = fc.string({ unit: fc.constantFrom(...'abcz019.'.split('')), minLength: 1, maxLength: 20 });
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record(
    {
      type: fc.constantFrom('run' as const, 'form' as const),
      command: letters,
      incident: fc.integer({ min: 1, max: 999_999_999 }),
      argument,
    },
    { requiredKeys: ['type', 'command', 'incident'], noNullPrototype: true },
  ),
  fc.record(
    // Without an incident the argument is a word: digits would be read as an incident's number.
    {
      type: fc.constantFrom('run' as const, 'form' as const),
      command: letters,
      argument: fc.tuple(letters, argument).map(([first, more]) => (first + more).slice(0, 20)),
    },
    { requiredKeys: ['type', 'command'], noNullPrototype: true },
  ),
);

export const actionIds = createTarget({
  name: 'action-ids',
  promises: 'what a button carries comes back as it was, in at most 255 characters, and nothing else is taken for one',
  share: 60,
  given: fc.record({
    action,
    text: fc.oneof(anyText, piecesOf(['run', 'form', ':', 'ack', '42', '#2', '::', '.', 'retry', '-1', '1e3'], 8)),
  }),
  open: () => {},
  run({ action: carried, text }) {
    const encoded = encodeAction(carried);
    assert.ok(encoded.length <= 255);
    assert.deepEqual(decodeAction(encoded), carried);
    const ids = createActionIds();
    for (const id of [ids(encoded), ids(encoded), ids(encoded)]) assert.deepEqual(readAction({ actionId: id }), carried);
    const decoded = decodeAction(text);
    if (decoded !== undefined) assert.equal(encodeAction(decoded), text);
    readAction({ actionId: text, selected: encoded });
  },
});
