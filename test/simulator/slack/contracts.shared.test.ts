import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { allMethods } from '../../../src/simulator/slack/tables/all-methods.ts';
import { blockLimits } from '../../../src/simulator/slack/tables/block-limits.ts';
import { commonErrors } from '../../../src/simulator/slack/tables/errors.ts';
import { hasShared, sharedDir } from '../../support/shared.ts';
import { incidents, listenAsApp, simulate } from './support.ts';

const contract = z.object({
  rate_limits: z.string().optional(),
  json_input_supported: z.boolean().optional(),
  no_scope_required: z.boolean().optional(),
  scope: z.object({ bot: z.array(z.string()).optional() }),
  args: z.object({ required: z.array(z.string()).optional(), properties: z.record(z.string(), z.unknown()) }),
  errors: z.record(z.string(), z.unknown()).optional(),
});

const folder = join(sharedDir, 'slack');
const readJson = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), 'utf8'));
const contractOf = (method: string) => contract.parse(readJson(`methods/${method}.json`));

/** Errors that Slack is known to answer though the published contract of the method does not have them. */
const undocumentedErrors: Readonly<Record<string, readonly string[]>> = {
  // Reported for text, attachments and tables; the published list has them for chat.update.
  'chat.postMessage': ['msg_too_long', 'invalid_attachments'],
  // Reported for blocks in an update.
  'chat.update': ['msg_blocks_too_long'],
  'chat.postEphemeral': ['msg_blocks_too_long'],
  // Paging and membership behave as in conversations.history.
  'conversations.replies': ['not_in_channel'],
  // What the blocks of the shared message may be refused with.
  'files.completeUploadExternal': ['invalid_attachments', 'invalid_blocks_format', 'msg_blocks_too_long'],
};

/** Arguments that the SDK passes through and that Slack is said to understand. */
const undocumentedArguments: Readonly<Record<string, readonly string[]>> = { 'chat.postMessage': ['client_msg_id'] };

/** Arguments that are documented elsewhere, or that we want to be given. */
const optionalInContract: Readonly<Record<string, readonly string[]>> = {};

/** Tiers that differ from the contract on purpose. */
const ownTiers: Readonly<Record<string, string>> = {
  // The sources differ; one a minute is the strictest.
  'apps.connections.open': 't1',
};

/** The option value may be 150 long by the documentation and 75 by the SDK's types: the smaller one. */
const stricterLimits: Readonly<Record<string, number>> = { 'option.value.max_length': 75 };

const tierNames: Readonly<Record<string, string>> = { '1': 't1', '2': 't2', '3': 't3', '4': 't4', special: 't5' };

describe.skipIf(!hasShared)('every method against its published contract', () => {
  test.each(Object.keys(allMethods))('%s', (method) => {
    const spec = allMethods[method];
    if (spec === undefined) throw new Error('the method is gone');
    const published = contractOf(method);
    const names = Object.keys(published.args.properties);
    expect([...names, ...(undocumentedArguments[method] ?? [])]).toEqual(expect.arrayContaining(Object.keys(spec.args)));

    const required = Object.entries(spec.args).flatMap(([name, schema]) => (z.safeParse(schema, undefined).success ? [] : [name]));
    const wanted = (published.args.required ?? []).filter((name) => name !== 'token');
    expect([...required, ...(optionalInContract[method] ?? [])]).toEqual(expect.arrayContaining(wanted));
    expect(wanted).toEqual(expect.arrayContaining(required));

    const errors = [...Object.keys(published.errors ?? {}), ...commonErrors, ...(undocumentedErrors[method] ?? [])];
    expect(errors).toEqual(expect.arrayContaining([...spec.errors]));
    expect(ownTiers[method] ?? published.rate_limits).toBe(tierNames[String(spec.tier)]);
    expect([...(published.scope.bot ?? [])].toSorted()).toEqual([...spec.scopes].toSorted());
    expect(published.json_input_supported === true).toBe(spec.json);
  });

  test('no published method is forgotten without a reason', () => {
    const published = readdirSync(join(folder, 'methods'))
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length));
    // Nothing of ours creates channels, and validation of blocks is what posting does here.
    expect(published.filter((name) => allMethods[name] === undefined).toSorted()).toEqual(['blocks.validate', 'conversations.create']);
  });
});

function leaves(value: unknown, path: readonly string[] = []): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path.join('.'), value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

describe.skipIf(!hasShared)('block limits against the published ones', () => {
  const published = hasShared ? readJson('block-limits.json') : {};

  test('every limit is the published one, or stricter on purpose', () => {
    const theirs = new Map(leaves(published));
    for (const [name, limit] of leaves(blockLimits)) expect([name, limit]).toEqual([name, stricterLimits[name] ?? theirs.get(name)]);
  });

  test('of the objects we know, no published limit is missing', () => {
    const ours = new Set(leaves(blockLimits).map(([name]) => name));
    const known = leaves(published).filter(([name]) => Object.hasOwn(blockLimits, name.split('.')[0] ?? ''));
    expect(known.map(([name]) => name).filter((name) => !ours.has(name))).toEqual([]);
  });
});

/** Every path of keys in a value; lists are looked through, and blocks, whose samples unite all kinds, are not entered. */
function paths(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((inner) => paths(inner, path));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = path === '' ? key : `${path}.${key}`;
    return ['blocks', 'values'].includes(key) ? [here] : [here, ...paths(inner, here)];
  });
}

/** Keys that Slack documents and the samples, made of empty values, do not show. */
const beyondSamples = [
  // The samples leave out lists and maps that were empty.
  'view.blocks',
  'view.state.values',
  'state.values',
  // Documented for the choices of a checkbox group.
  'actions.selected_options',
  'message.metadata.event_payload.k',
];

describe.skipIf(!hasShared)('payloads against the published samples', () => {
  const sample = (name: string) => new Set([...paths(readJson(`payloads/${name}.json`)), ...beyondSamples]);
  const extra = (payload: unknown, name: string) => [...new Set(paths(payload))].filter((path) => !sample(name).has(path));

  test('command, button, submission and closing have no key that Slack does not send', async () => {
    const { workspace, client } = await simulate();
    const app = await listenAsApp(workspace);
    const ana = workspace.person('ana');
    await ana.command('#incidents', '/incident form');
    const command = app.heard.at(-1)?.payload ?? {};
    expect(extra(command, 'SlashCommandPayload')).toEqual([]);
    expect(Object.values(command).every((value) => typeof value === 'string')).toBe(true);

    const blocks = [
      { type: 'section', text: { type: 'mrkdwn', text: 'x' } },
      {
        type: 'actions',
        elements: [
          { type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' }, value: 'v', style: 'primary' },
          { type: 'static_select', action_id: 'pick', options: [{ text: { type: 'plain_text', text: 'One' }, value: '1' }] },
        ],
      },
    ];
    const metadata = { event_type: 't', event_payload: { k: 'v' } };
    const root = await client.chat.postMessage({ channel: incidents, text: 'root' });
    const posted = { channel: incidents, text: 'x', blocks, metadata, thread_ts: root.ts };
    await client.apiCall('chat.postMessage', posted);
    const reply = workspace.channel('#incidents').thread(root.ts ?? '')[0];
    if (reply === undefined) throw new Error('the reply is gone');
    for (const [element, selected] of [['Go'], ['pick', 'One']] as const) {
      await ana.press(reply, element, selected === undefined ? {} : { selected });
      expect(extra(app.heard.at(-1)?.payload, 'BlockActionPayload')).toEqual([]);
    }

    const input = {
      type: 'input',
      block_id: 'i',
      label: { type: 'plain_text', text: 'L' },
      element: { type: 'plain_text_input', action_id: 'a' },
    };
    const dressed = { submit: { type: 'plain_text', text: 'Go' }, close: { type: 'plain_text', text: 'No' }, notify_on_close: true };
    const view = { type: 'modal', title: { type: 'plain_text', text: 'T' }, ...dressed, blocks: [input, blocks[1]] };
    const open = async () => {
      await ana.command('#incidents', '/incident form');
      await client.apiCall('views.open', { trigger_id: app.heard.at(-1)?.payload['trigger_id'], view });
    };
    await open();
    await ana.pressInView('Go');
    expect(extra(app.heard.at(-1)?.payload, 'BlockActionPayload')).toEqual([]);
    ana.fill({ L: 'words' });
    await ana.submit();
    expect(extra(app.heard.at(-1)?.payload, 'ViewSubmissionPayload')).toEqual([]);
    await open();
    await ana.closeView();
    expect(app.heard.at(-1)?.payload['type']).toBe('view_closed');
    expect(extra(app.heard.at(-1)?.payload, 'ViewClosedPayload')).toEqual([]);
  });
});
