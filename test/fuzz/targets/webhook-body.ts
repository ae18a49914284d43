import assert from 'node:assert/strict';
import { parseWebhook } from '../../../src/alerts/parse-webhook.ts';
import { toInstant } from '../../../src/kernel/instant.ts';
import { createTarget } from '../engine/target.ts';
import { webhookBody } from '../given/webhook.ts';

const receivedAt = toInstant(new Date('2026-03-14T10:00:00.000Z'));

/** Whoever sent the body reads the reason in the answer, and people read the notes in a line of the log. */
const longestReason = 2000;

export const webhookBodies = createTarget({
  name: 'webhook-bodies',
  promises: 'any body is read, or refused with a reason that fits into an answer; the same body always reads the same',
  share: 60,
  given: webhookBody,
  open: () => {},
  run(body) {
    const parsed = parseWebhook(body, receivedAt);
    assert.deepEqual(parseWebhook(body, receivedAt), parsed);
    if (!parsed.ok) {
      assert.notEqual(parsed.reason.trim(), '');
      assert.ok(parsed.reason.length <= longestReason, `the reason has ${parsed.reason.length} characters`);
      return;
    }
    assert.ok(parsed.events.length > 0);
    const notes = parsed.notification.notes.join('; ');
    assert.ok(notes.length <= longestReason, `the notes have ${notes.length} characters`);
    for (const { fingerprint, startsAt, endsAt, labels, annotations, name } of parsed.events) {
      assert.match(fingerprint, /^(?:[0-9a-f]{16}|labels_[0-9a-f]{24})$/);
      for (const at of [startsAt, endsAt ?? startsAt]) assert.equal(new Date(at).toISOString(), at);
      for (const text of [name, ...Object.entries({ ...labels, ...annotations }).flat()]) assert.ok(text.isWellFormed());
      assert.ok(Object.keys(labels).length > 0);
    }
  },
});
