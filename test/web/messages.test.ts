import { html } from 'htm/preact';
import { describe, expect, it } from 'vitest';
import type { PageMessage } from '../../src/simulator/slack/page-contract.ts';
import type { Acts } from '../../src/web/workspace/acts.ts';
import { Composer } from '../../src/web/workspace/compose/composer.ts';
import { MessageList } from '../../src/web/workspace/messages/message-list.ts';
import { Message } from '../../src/web/workspace/messages/message.ts';
import { initials, inkOn } from '../../src/web/workspace/people/avatar.ts';
import type { PressTarget } from '../../src/web/workspace/state/model.ts';
import { show } from './support/dom.ts';
import { blockScope, message, now, workspace } from './support/scope.ts';

const sent = (minutesAgo: number) => `${Math.floor(now / 1000) - minutesAgo * 60}.000000`;

function drawn(part: Partial<PageMessage> & { ts: string }, place: 'channel' | 'thread' = 'channel', about = '') {
  const pressed: unknown[] = [];
  const opened: string[] = [];
  const acts: Pick<Acts, 'press'> = { press: (target: PressTarget, press) => void pressed.push([target, press.actionId]) };
  const screen = show(
    html`<${Message}
      message=${message(part)}
      texts=${blockScope()}
      busy=${[]}
      acts=${acts}
      compact=${false}
      place=${place}
      hasNews=${true}
      about=${about}
      openThread=${(ts: string) => opened.push(ts)}
    />`,
  );
  return { ...screen, pressed, opened };
}

describe('a message', () => {
  it('says who, in which role, and when', () => {
    const screen = drawn({ ts: sent(4), user: 'U1', text: 'Looking, see https://a.example' });
    expect(screen.text()).toBe('ADAna DuarteOn-call engineer14:26 UTC · 4 min agoLooking, see https://a.example↩ Reply');
    expect(screen.named('Ana Duarte, 14:26 UTC').attributes.get('data-ts')).toBe(sent(4));
    expect(screen.all('a')).toHaveLength(1);
    expect(screen.all('time')[0]?.attributes.get('title')).toBe('2025-11-21 14:26:00 UTC');
  });

  it('marks the app, and leaves its bare addresses alone', () => {
    const screen = drawn({ ts: sent(0), text: 'host https://evil.example' });
    expect(screen.text()).toContain('TocsinAPP14:30 UTC · now');
    expect(screen.all('a')).toEqual([]);
  });

  it('shows blocks instead of the text that stands in for them, and that it was edited', () => {
    const screen = drawn({
      ts: sent(1),
      text: 'for notifications',
      edited: true,
      blocks: [{ type: 'header', text: { type: 'plain_text', text: 'SEV1' } }],
    });
    expect(screen.text()).toContain('SEV1(edited)');
    expect(screen.text()).not.toContain('for notifications');
  });

  it('says that only one person sees it, and takes no replies then', () => {
    const screen = drawn({ ts: sent(1), onlyFor: 'U1', text: 'Already acknowledged' });
    expect(screen.text()).toContain('Only visible to you');
    expect(screen.text()).not.toContain('Reply');
  });

  it('leads to its thread, and tells of replies that nobody saw', () => {
    const root = { ts: sent(9), replyCount: 2, replyUsers: ['U1', 'U2'], latestReply: sent(3) };
    const screen = drawn(root);
    const bar = screen.all('button').find((node) => node.attributes.get('data-testid') === 'open-thread');
    expect(bar?.data).toBe('ADBO2 repliesnewLast reply 3 min ago');
    bar?.fire('click');
    expect(screen.opened).toEqual([root.ts]);
    expect(drawn(root, 'thread').text()).not.toContain('2 replies');
  });

  it('says of which thread a reply is that stands in the channel too', () => {
    const reply = { ts: sent(1), threadTs: sent(9), isBroadcast: true, text: 'The fix is out' };
    const screen = drawn(reply, 'channel', 'Critical INC-1');
    screen.named('a thread: Critical INC-1').fire('click');
    expect(screen.opened).toEqual([sent(9)]);
    expect(drawn(reply).text()).toContain('replied to a thread');
    expect(drawn(reply, 'thread').text()).toContain('Also sent to the channel');
  });

  it('shows reactions and files', () => {
    const files = [
      { id: 'F1', title: 'Post-mortem', name: 'inc-42.md', size: 14_200, url: '/files/F1' },
      { id: 'F2', title: 'Elsewhere', name: 'x.png', size: 1, url: 'javascript:alert(1)' },
    ];
    const screen = drawn({ ts: sent(1), text: 'done', reactions: [{ name: 'eyes', users: ['U1', 'U2'] }], files });
    expect(screen.text()).toContain('👀 2');
    expect(screen.text()).toContain('Post-morteminc-42.md · 14 kB');
    expect(screen.all('a').map((node) => node.attributes.get('href'))).toEqual(['http://localhost/files/F1']);
  });

  it('sends what is pressed in it as its own', () => {
    const blocks = [
      {
        type: 'actions',
        block_id: 'b',
        elements: [{ type: 'button', action_id: 'ack', text: { type: 'plain_text', text: 'Acknowledge' } }],
      },
    ];
    const screen = drawn({ ts: sent(1), blocks });
    screen.named('Acknowledge').fire('click');
    expect(screen.pressed).toEqual([[{ kind: 'message', channel: 'C1', ts: sent(1) }, 'ack']]);
  });
});

describe('a list of messages', () => {
  it('names the thread of a broadcast by the first sentence of its first message', () => {
    const root = message({ ts: sent(9), text: 'Critical INC-1: A &lt;b&gt; &amp; <@U1>. Triggered, began 14:01.' });
    const reply = message({ ts: sent(1), threadTs: root.ts, isBroadcast: true, text: 'The fix is out' });
    const screen = show(
      html`<${MessageList}
        label="Messages"
        messages=${[root, reply]}
        texts=${blockScope()}
        busy=${[]}
        acts=${{}}
        place="channel"
        openThread=${() => {}}
        hasNews=${() => false}
      />`,
    );
    expect(screen.text()).toContain('replied to a thread: Critical INC-1: A <b> &');
    expect(screen.text()).not.toContain('a thread: Critical INC-1: A <b> & . Triggered');
  });
});

describe('the composer', () => {
  function writing(inThread: boolean) {
    const said: string[] = [];
    const send = (text: string) => Promise.resolve(said.push(text) > 0);
    const screen = show(
      html`<${Composer}
        label="Message"
        workspace=${workspace()}
        inThread=${inThread}
        bot="tocsin"
        disabledBecause=""
        speaker=""
        send=${send}
      />`,
    );
    const area = () => screen.all('textarea')[0];
    const write = (value: string) => area()?.fire('input', { currentTarget: { value, selectionStart: value.length } });
    const press = (key: string) => area()?.fire('keydown', { key, shiftKey: false });
    return { ...screen, said, write, press, area };
  }

  it('takes a suggestion with Enter, then sends with Enter and empties the box', () => {
    const box = writing(false);
    box.write('ask @be');
    box.press('Enter');
    expect(box.area()?.attributes.get('value')).toBe('ask @ben ');
    box.press('Enter');
    expect(box.said).toEqual(['ask @ben']);
    expect(box.area()?.attributes.get('value')).toBe('');
  });

  it('sends a command as it is written, and the bare command too', () => {
    const box = writing(false);
    box.write('/incident');
    box.press('Enter');
    box.write('/incident st');
    box.press('Enter');
    expect(box.said).toEqual(['/incident', '/incident st']);
  });

  it('moves through the suggestions with the arrow keys', () => {
    const box = writing(false);
    box.write('/incident ');
    box.press('ArrowDown');
    box.press('ArrowDown');
    box.press('Enter');
    expect(box.area()?.attributes.get('value')).toBe('/incident ack ');
  });

  it('rewrites a command in a thread as a mention of the bot', () => {
    const box = writing(true);
    box.write('/incident ack 42');
    expect(box.text()).toContain('/incident is not supported in threads.');
    box.named('Write “@tocsin ack 42” instead').fire('click');
    expect(box.area()?.attributes.get('value')).toBe('@tocsin ack 42');
  });
});

describe('avatars', () => {
  it('are initials in an ink that can be read', () => {
    expect([initials('Ana Duarte'), initials('tocsin'), initials(''), initials('Émile van der Berg')]).toEqual(['AD', 'T', '?', 'ÉB']);
    expect([inkOn('#2f6f8f'), inkOn('#e0c341'), inkOn('#000000')]).toEqual(['#ffffff', '#10151d', '#ffffff']);
  });
});
