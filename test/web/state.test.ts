import { describe, expect, it } from 'vitest';
import type { PageEvent } from '../../src/simulator/slack/page-contract.ts';
import { formatPlace, parsePlace } from '../../src/web/workspace/address.ts';
import { explainFailure } from '../../src/web/workspace/failures.ts';
import { followsClosely } from '../../src/web/workspace/messages/message-list.ts';
import { initialModel, type Model, type Step } from '../../src/web/workspace/state/model.ts';
import { reduce } from '../../src/web/workspace/state/reducer.ts';
import { channelMessages, hasNewReplies, mainBot, threadMessages, topView, unreadCount } from '../../src/web/workspace/state/selectors.ts';
import { message, now, workspace } from './support/scope.ts';

const fresh = initialModel({ actingAs: '', channelId: '', threadTs: null, now });
const after = (model: Model, ...steps: readonly Step[]) => steps.reduce(reduce, model);
const happens = (event: PageEvent): Step => ({ type: 'event', event });
const root = message({ ts: '100.000001', replyCount: 1, latestReply: '100.000002' });
const reply = message({ ts: '100.000002', threadTs: root.ts });
const loaded = after(fresh, { type: 'loaded', workspace: workspace({ messages: [reply, root] }) });

describe('the state of the page', () => {
  it('opens #incidents as the first person, with nothing unread', () => {
    expect([loaded.channelId, loaded.actingAs, loaded.threadTs]).toEqual(['C1', 'U1', null]);
    expect(unreadCount(loaded, 'C1')).toBe(0);
    expect(mainBot(loaded)?.id).toBe('UBOT');
  });

  it('keeps the person and the place over a reload, unless they are gone', () => {
    const remembered = initialModel({ actingAs: 'U2', channelId: 'C2', threadTs: '1.2', now });
    expect(after(remembered, { type: 'loaded', workspace: workspace() })).toMatchObject({
      actingAs: 'U2',
      channelId: 'C2',
      threadTs: '1.2',
    });
    const lost = initialModel({ actingAs: 'U404', channelId: 'C404', threadTs: '1.2', now });
    expect(after(lost, { type: 'loaded', workspace: workspace() })).toMatchObject({ actingAs: 'U1', channelId: 'C1', threadTs: null });
  });

  it('opens the thread of a reply that a permalink names', () => {
    const linked = initialModel({ actingAs: 'U1', channelId: 'C1', threadTs: reply.ts, now });
    expect(after(linked, { type: 'loaded', workspace: workspace({ messages: [root, reply] }) }).threadTs).toBe(root.ts);
  });

  it('shows replies in their thread, and broadcasts in the channel too', () => {
    const broadcast = message({ ts: '100.000003', threadTs: root.ts, isBroadcast: true });
    const model = after(loaded, happens({ type: 'message', message: broadcast }));
    expect(channelMessages(model, 'C1').map(({ ts }) => ts)).toEqual(['100.000001', '100.000003']);
    expect(threadMessages(model, root.ts).map(({ ts }) => ts)).toEqual(['100.000001', '100.000002', '100.000003']);
  });

  it('replaces an edited message in place, puts a late one in order and forgets a deleted one', () => {
    const model = after(
      loaded,
      happens({ type: 'message', message: { ...root, text: 'edited', edited: true } }),
      happens({ type: 'message', message: message({ ts: '102.000001', text: 'later' }) }),
      happens({ type: 'message', message: message({ ts: '101.000001', text: 'late' }) }),
      happens({ type: 'deleted', channel: 'C1', ts: reply.ts }),
    );
    expect(model.workspace?.messages.map(({ ts, text }) => `${ts} ${text}`)).toEqual([
      '100.000001 edited',
      '101.000001 late',
      '102.000001 later',
    ]);
  });

  it('shows an ephemeral message to its person only', () => {
    const model = after(loaded, happens({ type: 'message', message: message({ ts: '101.000001', onlyFor: 'U2' }) }));
    expect(channelMessages(model, 'C1')).toHaveLength(1);
    expect(channelMessages(after(model, { type: 'act_as', person: 'U2' }), 'C1')).toHaveLength(2);
  });

  it('counts what came elsewhere, until it is looked at', () => {
    const elsewhere = message({ ts: '101.000001', channel: 'C2' });
    const own = message({ ts: '101.000002', channel: 'C2', user: 'U1' });
    const model = after(loaded, happens({ type: 'message', message: elsewhere }), happens({ type: 'message', message: own }));
    expect(unreadCount(model, 'C2')).toBe(1);
    expect(unreadCount(after(model, { type: 'open_channel', channel: 'C2' }), 'C2')).toBe(0);
  });

  it('counts what came while the tab was in the background', () => {
    const hidden = after(loaded, { type: 'in_sight', value: false }, happens({ type: 'message', message: message({ ts: '101.000001' }) }));
    expect(unreadCount(hidden, 'C1')).toBe(1);
    expect(unreadCount(after(hidden, { type: 'in_sight', value: true }), 'C1')).toBe(0);
  });

  it('marks a thread with replies that nobody here has seen', () => {
    const grown = { ...root, latestReply: '102.000001' };
    const model = after(
      loaded,
      happens({ type: 'message', message: message({ ts: '102.000001', threadTs: root.ts }) }),
      happens({ type: 'message', message: grown }),
    );
    expect(hasNewReplies(model, grown)).toBe(true);
    expect(hasNewReplies(after(model, { type: 'open_thread', channel: 'C1', ts: root.ts }), grown)).toBe(false);
  });

  it('shows the topmost modal of the acting person', () => {
    const view = (id: string, user: string) => ({ id, user, hash: 'h', view: {}, errors: {} });
    const model = after(
      loaded,
      happens({ type: 'view', view: view('V1', 'U1') }),
      happens({ type: 'view', view: view('V2', 'U1') }),
      happens({ type: 'view', view: view('V3', 'U2') }),
    );
    expect(topView(model)?.id).toBe('V2');
    expect(topView(after(model, happens({ type: 'view_closed', id: 'V2', user: 'U1' })))?.id).toBe('V1');
    const refused = after(model, { type: 'view_errors', viewId: 'V2', errors: { text: 'too short' } });
    expect(topView(refused)?.errors).toEqual({ text: 'too short' });
  });

  it('keeps three notices at most, and says nothing twice', () => {
    const toast = (text: string): Step => ({ type: 'toast', tone: 'error', text, hint: '' });
    const model = after(loaded, toast('a'), toast('b'), toast('b'), toast('c'), toast('d'));
    expect(model.toasts.map(({ text }) => text)).toEqual(['b', 'c', 'd']);
    expect(new Set(model.toasts.map(({ id }) => id)).size).toBe(3);
  });
});

describe('the open thread', () => {
  const opened = (model: Model): Model => after(model, { type: 'open_thread', channel: 'C1', ts: root.ts });

  it('is read from its beginning when nothing of it was in sight before', () => {
    const newcomer = message({ ts: '200.000001', replyCount: 1 });
    const model = after(loaded, happens({ type: 'message', message: newcomer }));
    const fresher = after(model, { type: 'open_thread', channel: 'C1', ts: newcomer.ts });
    expect(fresher.threadIsFresh).toBe(true);
    expect(after(fresher, happens({ type: 'message', message: message({ ts: '200.000002', threadTs: newcomer.ts }) })).threadIsFresh).toBe(
      true,
    );
    expect(opened(model).threadIsFresh).toBe(false);
  });

  it('hides the channel on a phone: an answer there is announced, to its person alone', () => {
    const answer = (onlyFor: string) => happens({ type: 'message', message: message({ ts: '201.000001', onlyFor }) });
    expect(after(opened(loaded), answer('U1')).toasts).toMatchObject([{ text: 'The answer is in the channel', narrowOnly: true }]);
    expect(after(opened(loaded), answer('U2')).toasts).toEqual([]);
    expect(after(loaded, answer('U1')).toasts).toEqual([]);
  });
});

describe('messages that follow each other', () => {
  const first = message({ ts: '1000.000001', user: 'U1' });
  it('share a heading within five minutes', () => {
    expect(followsClosely(message({ ts: '1200.000001', user: 'U1' }), first)).toBe(true);
    expect(followsClosely(message({ ts: '1301.000001', user: 'U1' }), first)).toBe(false);
    expect(followsClosely(message({ ts: '1200.000001', user: 'U2' }), first)).toBe(false);
    expect(followsClosely(message({ ts: '1200.000001', user: 'U1', onlyFor: 'U1' }), first)).toBe(false);
    expect(followsClosely(message({ ts: '1200.000001', user: 'U1', threadTs: first.ts }), first)).toBe(false);
  });
});

describe('the address', () => {
  it('leads back to where one was', () => {
    for (const place of [
      { channelId: 'C1', threadTs: null },
      { channelId: 'C1', threadTs: '1700000000.000100' },
    ])
      expect(parsePlace({ hash: formatPlace(place), search: '' })).toEqual(place);
    expect(parsePlace({ hash: '#/<script>', search: '' })).toEqual({ channelId: '', threadTs: null });
    expect(parsePlace({ hash: '', search: '?channel=C1&ts=1700000000.000100' })).toEqual({
      channelId: 'C1',
      threadTs: '1700000000.000100',
    });
  });
});

describe('failures', () => {
  const command = { kind: 'command', command: '/incident', inThread: false, bot: 'tocsin' } as const;
  it('are told in Slack words with what to do next', () => {
    expect(explainFailure('operation_timeout', command).text).toBe('/incident did not respond in time');
    expect(explainFailure('operation_timeout', { kind: 'press' }).text).toBe('The app did not respond in time');
    expect(explainFailure('/incidnt is not a valid command.', command).text).toBe('/incidnt is not a valid command');
    expect(explainFailure('network', { kind: 'say' }).hint).toContain('reconnects');
    expect(explainFailure('strange_code', { kind: 'fire' })).toEqual({
      text: 'The alert was not sent',
      hint: 'The workspace answered “strange_code”.',
    });
  });
});
