import { it } from 'vitest';
import { toInstant } from '../../src/kernel/instant.ts';
import { startDeliveryWorld } from './delivery-world.ts';
import { acts, perform } from './incident-story.ts';
it('x', async () => {
  const world = await startDeliveryWorld();
  await perform(world, 'video', 'alert');
  await world.rests();
  await world.restart({ slack: { channels: { incidents: '#engineering', oncall: '#oncall' } } });
  await perform(world, 'video', 'ack');
  await perform(world, 'audio', 'alert');
  await world.rests();
  world.workspace.channel('#incidents').archive();
  for (const act of acts.slice(2)) await perform(world, 'video', act);
  for (const act of acts.slice(1)) await perform(world, 'audio', act);
  for (let i = 0; i < 6; i++) {
    await world.passes(50_000, 5000);
    console.log(
      world.clock.now(),
      world.workspace
        .channel('#engineering')
        .messages()
        .map((m) => m.replyCount),
    );
    for (const m of await world.store.outbox.listDue('incidents', toInstant(new Date('2999-01-01')), 99))
      console.log(m.key.slice(-12), m.state, m.priority, m.attempts, m.notBefore, m.problem, m.posted?.channel, m.wanted);
  }
  await world.end();
}, 60000);
