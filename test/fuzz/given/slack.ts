import * as fc from 'fast-check';
import type { Json } from '../../../src/kernel/json.ts';
import { anyJson, mutated } from './json.ts';
import { anyText, longText } from './text.ts';

/** A request of Slack's before it is written and signed. */
type SlackRequest = { as: 'command' | 'interaction' | 'event'; payload: Json } | { as: 'text'; contentType: string; body: string };

const form = 'application/x-www-form-urlencoded';
const base = { team_id: 'T0TOCSIN00', api_app_id: 'A0TOCSIN00', token: 't' };
const person = { user: { id: 'U0ANA00000', username: 'ana', name: 'ana', team_id: 'T0TOCSIN00' }, team: { id: 'T0TOCSIN00', domain: 'x' } };

/** No request may be taken for a repetition of another. */
const unique = fc.integer({ min: 1, max: 2 ** 31 });

const words = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      '',
      'help',
      'list',
      'ack INC-1',
      'note x',
      'timeline',
      'show INC-1',
      'runbook',
      'query up',
      'steps',
      'doctor',
    ),
  },
  anyText,
  longText(anyText, 8000),
);

const command: fc.Arbitrary<Json> = fc.tuple(words, unique).map(([text, number]) => ({
  ...base,
  team_domain: 'x',
  channel_id: 'C0INCIDENTS',
  channel_name: 'incidents',
  user_id: 'U0ANA00000',
  user_name: 'ana',
  command: '/incident',
  text,
  response_url: 'http://127.0.0.1:1/response-url/x',
  trigger_id: `1.${number}.x`,
}));

const actionId = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      'run:ack:1',
      'form:update:1',
      'run:timeline:1',
      'form:declare',
      'run:run:1:2.3',
      'run:doctor::retry.messages',
      'menu',
    ),
  },
  anyText,
);
const press: fc.Arbitrary<Json> = fc.tuple(actionId, unique).map(([action_id, number]) => ({
  ...base,
  ...person,
  type: 'block_actions',
  trigger_id: `2.${number}.x`,
  response_url: 'http://127.0.0.1:1/response-url/x',
  channel: { id: 'C0INCIDENTS', name: 'incidents' },
  container: { type: 'message', message_ts: '1772334030.000100', channel_id: 'C0INCIDENTS', thread_ts: '1772334030.000100' },
  message: { ts: '1772334030.000100', thread_ts: '1772334030.000100' },
  actions: [{ type: 'button', action_id, block_id: 'b', action_ts: `${number}.000001`, selected_option: null }],
  state: { values: {} },
}));

const submission: fc.Arbitrary<Json> = fc.tuple(actionId, words, unique).map(([private_metadata, text, number]) => ({
  ...base,
  ...person,
  type: 'view_submission',
  trigger_id: `3.${number}.x`,
  response_urls: [],
  view: {
    id: `V${number}`,
    hash: `${number}.x`,
    type: 'modal',
    callback_id: 'c',
    private_metadata,
    title: { type: 'plain_text', text: 'Update' },
    state: {
      values: {
        text: { text: { type: 'plain_text_input', value: text } },
        phase: { phase: { type: 'static_select', selected_option: { value: 'monitoring', text: { type: 'plain_text', text: 'x' } } } },
        person: { person: { type: 'users_select', selected_user: 'U0BEN00000' } },
      },
    },
  },
}));

const event: fc.Arbitrary<Json> = fc
  .tuple(words, unique, fc.constantFrom('app_mention', 'message', 'app_home_opened', 'channel_rename'))
  .map(([text, number, type]) => ({
    ...base,
    type: 'event_callback',
    event_id: `Ev${number}`,
    event_time: 1,
    authorizations: [{ team_id: 'T0TOCSIN00', user_id: 'U0TOCSIN00', is_bot: true }],
    event: {
      type,
      user: 'U0ANA00000',
      text: `<@U0TOCSIN00> ${text}`,
      channel: 'C0INCIDENTS',
      ts: `${number}.000100`,
      thread_ts: '1772334030.000100',
    },
  }));

const other: fc.Arbitrary<Json> = fc.constantFrom<Json>(
  { type: 'url_verification', challenge: 'c', token: 't' },
  { ...base, ...person, type: 'view_closed', view: { id: 'V1' }, is_cleared: false },
  { ...base, ...person, type: 'shortcut', callback_id: 'x', trigger_id: '4.1.x' },
  {
    ...base,
    ...person,
    type: 'message_action',
    callback_id: 'x',
    trigger_id: '4.2.x',
    message: {},
    channel: { id: 'C0INCIDENTS' },
    response_url: 'x',
  },
  { ...base, ...person, type: 'block_suggestion', action_id: 'x', block_id: 'y', value: 'z' },
  { ...base, type: 'event_callback', event: { type: 'tokens_revoked', tokens: { bot: ['U1'] } }, event_id: 'Ev0' },
);

/** The request as it travels. A command's fields that are no text are written as Slack's servers never would. */
export function written(request: SlackRequest): { contentType: string; body: string } {
  switch (request.as) {
    case 'text':
      return request;
    case 'event':
      return { contentType: 'application/json', body: JSON.stringify(request.payload) };
    case 'interaction':
      return { contentType: form, body: new URLSearchParams({ payload: JSON.stringify(request.payload) }).toString() };
    case 'command': {
      const { payload } = request;
      const entries = typeof payload === 'object' && payload !== null ? Object.entries(payload) : [];
      const fields = entries.map(([name, value]): [string, string] => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value ?? null),
      ]);
      return { contentType: form, body: new URLSearchParams(fields).toString() };
    }
  }
}

const as = (how: 'command' | 'interaction' | 'event', payload: fc.Arbitrary<Json>): fc.Arbitrary<SlackRequest> =>
  payload.map((value) => ({ as: how, payload: value }));

/** Everything that Slack posts, with parts of it missing, huge or of another type, and what is nothing of that kind. */
export const slackRequest: fc.Arbitrary<SlackRequest> = fc.oneof(
  { weight: 4, arbitrary: as('command', mutated(command, 3)) },
  { weight: 4, arbitrary: as('interaction', mutated(press, 3)) },
  { weight: 4, arbitrary: as('interaction', mutated(submission, 3)) },
  { weight: 4, arbitrary: as('event', mutated(event, 3)) },
  { weight: 1, arbitrary: as('interaction', mutated(other, 2)) },
  { weight: 1, arbitrary: as('event', mutated(other, 2)) },
  { weight: 1, arbitrary: as('interaction', anyJson) },
  { weight: 1, arbitrary: as('event', anyJson) },
  {
    weight: 1,
    arbitrary: fc.record({
      as: fc.constant('text' as const),
      contentType: fc.constantFrom(form, 'application/json', 'text/plain', 'multipart/form-data', ''),
      body: anyText,
    }),
  },
  { weight: 1, arbitrary: anyText.map((text) => ({ as: 'text' as const, contentType: form, body: `payload=${text}` })) },
);
