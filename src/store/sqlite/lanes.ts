import type { LaneLease, LaneName } from '../../outbox/message.ts';
import type { OutboxStore } from '../../outbox/ports.ts';
import { documents } from '../documents.ts';
import type { Database, Row } from './database.ts';

/** The leases that let one process at a time post to a channel. */
export function createLanes(db: Database): Pick<OutboxStore, 'leaseLane' | 'notePost'> {
  const get = db.prepare('SELECT lane, owner, token, until, last_post_at FROM lanes WHERE lane = :lane');
  const put = db.prepare(`
    INSERT INTO lanes (lane, owner, token, until) VALUES (:lane, :owner, :token, :until)
    ON CONFLICT DO UPDATE SET owner = excluded.owner, token = excluded.token, until = excluded.until`);
  const note = db.prepare(`
    UPDATE lanes SET last_post_at = max(coalesce(last_post_at, ''), :at) WHERE lane = :lane AND token = :token`);

  function readLane(lane: LaneName): LaneLease | undefined {
    const row = get.get({ lane });
    return row === undefined ? undefined : toLease(row);
  }

  return {
    leaseLane: ({ lane, owner, now, until }) =>
      db.write(() => {
        const current = readLane(lane);
        if (current !== undefined && current.owner !== owner && current.until > now) return undefined;
        const token = current?.owner === owner ? current.token : (current?.token ?? 0) + 1;
        put.run({ lane, owner, token, until });
        return readLane(lane);
      }),
    notePost: (lane, token, at) => db.write(() => Number(note.run({ lane, token, at }).changes) === 1),
  };
}

function toLease({ last_post_at: lastPostAt, ...row }: Row): LaneLease {
  return documents.laneLease.parse(lastPostAt === null ? row : { ...row, lastPostAt });
}
