import { createHmac } from 'node:crypto';

/** Slack's request signature, version v0. The public example of its documentation is a test of this function. */
export function signatureOf(signingSecret: string, timestamp: string, body: string): string {
  return `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`, 'utf8').digest('hex')}`;
}
