import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { exampleWorkspace } from '../../src/simulator/slack/example-workspace.ts';
import { createSlackWorkspace } from '../../src/simulator/slack/workspace.ts';
import { slackOrder } from './protocol.ts';
import type { SlackOrder, SlackPost } from './protocol.ts';

// The simulated workspace with Slack's real limits, in a process of its own. Remembers when each message of the bot could first be seen.

const seed = exampleWorkspace();
const workspace = await createSlackWorkspace({ ...seed, clock: systemClock, log: silentLog });
const { apiUrl } = await workspace.listen({ port: 0 });
const posts = new Map<string, SlackPost>();

workspace.onChange((change) => {
  if (change.type !== 'message' || change.message.user !== seed.app.botUserId || change.message.onlyFor !== undefined) return;
  const { channel, ts, text, threadTs } = change.message;
  const id = `${channel} ${ts}`;
  if (posts.has(id)) return;
  const post = { atMs: Date.now(), channel, key: '', inThread: threadTs !== undefined && threadTs !== ts };
  posts.set(id, { ...post, text: '' });
  // The call is in the records only when it has been answered.
  setImmediate(() => {
    const visible = workspace.channel(channel).find(ts)?.visibleText ?? text;
    posts.set(id, { ...post, key: keyOf(text), text: visible });
  });
});

/** The key that the bot hid in the metadata of its newest post with this text. */
function keyOf(text: string): string {
  const call = workspace.stats.recentCalls().findLast(({ method, args }) => method === 'chat.postMessage' && args['text'] === text);
  const metadata = JSON.stringify(call?.args['metadata'] ?? '');
  return /"k\\*":\\*"([^"\\]*)/.exec(metadata)?.[1] ?? '';
}

/** Sends commands at a fixed pace, whatever the answers do, and measures each from when it was meant to be sent. */
async function sendCommands({ texts, everyMs, forMs }: SlackOrder & { type: 'commands' }): Promise<object> {
  const person = workspace.person('ana');
  const from = performance.now();
  const acknowledgedMs: number[] = [];
  let [late, failed] = [0, 0];
  const answers: Promise<void>[] = [];
  for (let index = 0; index * everyMs < forMs; index += 1) {
    await systemClock.sleep(Math.max(0, from + index * everyMs - performance.now()));
    const intended = performance.now();
    const text = texts[index % texts.length] ?? '';
    answers.push(
      person.command('#engineering', text).then(({ ok }) => {
        if (ok) acknowledgedMs.push(performance.now() - intended);
        else failed += 1;
        // What takes longer is promised in the acknowledgement and said later.
        if (workspace.deliveries().at(-1)?.responseBody?.includes('Working on it') === true) late += 1;
      }),
    );
  }
  await Promise.all(answers);
  return { acknowledgedMs, late, failed };
}

async function carryOut(order: SlackOrder): Promise<object> {
  switch (order.type) {
    case 'request-url':
      workspace.setRequestUrl(order.url);
      return { done: true };
    case 'posts':
      return { posts: [...posts.values()] };
    case 'stats': {
      const mostPerSecond = Object.fromEntries(['incidents', 'oncall'].map((name) => [name, workspace.stats.posts(name).mostPerSecond]));
      return { mostPerSecond, rateLimited: workspace.stats.rateLimited('chat.postMessage') + workspace.stats.rateLimited('chat.update') };
    }
    case 'commands':
      return await sendCommands(order);
  }
}

process.on('message', (message) => {
  void carryOut(slackOrder.parse(message)).then((answer) => process.send?.(answer));
});
process.once('disconnect', () => process.exit(0));
process.send?.({ url: apiUrl });
