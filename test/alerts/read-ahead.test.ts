import { expect, it } from 'vitest';
import { parseWebhook } from '../../src/alerts/parse-webhook.ts';
import { createReadAhead } from '../../src/alerts/read-ahead.ts';
import { exampleStart as receivedAt } from '../support/examples.ts';
import { firing, webhookBody } from './support/payload.ts';

const body = webhookBody([firing()]);
const parsed = parseWebhook(body, receivedAt);

it('gives what was read once, and reads what it does not have', () => {
  const ahead = createReadAhead();
  ahead.keep({ id: 'a', body }, parsed);
  expect(ahead.take({ id: 'a', body, receivedAt })).toBe(parsed);
  const again = ahead.take({ id: 'a', body, receivedAt });
  expect(again).toEqual(parsed);
  expect(again).not.toBe(parsed);
});

it('keeps no more than it may', () => {
  const ahead = createReadAhead(body.length);
  ahead.keep({ id: 'a', body }, parsed);
  ahead.keep({ id: 'b', body }, parsed);
  expect(ahead.take({ id: 'b', body, receivedAt })).not.toBe(parsed);
  expect(ahead.take({ id: 'a', body, receivedAt })).toBe(parsed);
  ahead.keep({ id: 'b', body }, parsed);
  expect(ahead.take({ id: 'b', body, receivedAt })).toBe(parsed);
});
