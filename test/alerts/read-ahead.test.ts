import { expect, it } from 'vitest';
import { openWebhook, parseWebhook } from '../../src/alerts/parse-webhook.ts';
import type { ParsedWebhook, WebhookBody } from '../../src/alerts/parse-webhook.ts';
import { createReadAhead } from '../../src/alerts/read-ahead.ts';
import { exampleStart as receivedAt } from '../support/examples.ts';
import { firing, webhookBody } from './support/payload.ts';

const body = webhookBody([firing()]);
const parsed = parseWebhook(body, receivedAt);

/** What the intake keeps; `name` tells it from what is read of the body. */
function openedAs(name: string): WebhookBody {
  const opened = openWebhook(webhookBody([firing({ labels: { alertname: name } })]), receivedAt);
  if (!opened.ok) throw new Error(opened.reason);
  return opened.body;
}

function nameOf(read: ParsedWebhook): string | undefined {
  return read.ok ? read.events[0]?.name : undefined;
}

it('gives what was opened once, and reads what it does not have', () => {
  const ahead = createReadAhead();
  ahead.keep({ id: 'a', body }, openedAs('Opened'));
  expect(nameOf(ahead.take({ id: 'a', body, receivedAt }))).toBe('Opened');
  expect(ahead.take({ id: 'a', body, receivedAt })).toEqual(parsed);
});

it('keeps no more than it may, and nothing that is long', () => {
  const ahead = createReadAhead(body.length);
  ahead.keep({ id: 'a', body }, openedAs('A'));
  ahead.keep({ id: 'b', body }, openedAs('B'));
  expect(nameOf(ahead.take({ id: 'a', body, receivedAt }))).toBe('A');
  expect(ahead.take({ id: 'b', body, receivedAt })).toEqual(parsed);
  const long = webhookBody([firing({ annotations: { text: 'x'.repeat(40_000) } })]);
  const roomy = createReadAhead();
  roomy.keep({ id: 'c', body: long }, openedAs('C'));
  expect(nameOf(roomy.take({ id: 'c', body: long, receivedAt }))).toBe('VideoErrors');
});

it('makes room again where another process works off what was kept', () => {
  const ahead = createReadAhead(body.length);
  ahead.keep({ id: 'a', body }, openedAs('A'));
  ahead.take({ id: 'b', body, receivedAt });
  ahead.keep({ id: 'c', body }, openedAs('C'));
  expect(nameOf(ahead.take({ id: 'c', body, receivedAt }))).toBe('C');
});
