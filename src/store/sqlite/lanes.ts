import type { LaneLease, LaneName } from '../../outbox/message.ts';
import type { OutboxStore } from '../../outbox/ports.ts';
import { documents } from '../documents.ts';
import type { Database, Row } from './database.ts';

/** The leases that let one process at a time post to a channel, and what stands still. */
export function createLanes(db: Database): Pick<OutboxStore, 'leaseLane' | 'notePost' | 'beginPause' | 'endPause' | 'listPauses'> {
  const get = db.prepare('SELECT lane, owner, token, until, last_post_at FROM lanes WHERE lane = :lane');
  const put = db.prepare(`
    INSERT INTO lanes (lane, owner, token, until) VALUES (:lane, :owner, :token, :until)
    ON CONFLICT DO UPDATE SET owner = excluded.owner, token = excluded.token, until = excluded.until`);
  const note = db.prepare(`
    UPDATE lanes SET last_post_at = max(coalesce(last_post_at, ''), :at) WHERE lane = :lane AND token = :token`);
  const beginPause = db.prepare('INSERT INTO pauses (scope, reason, since) VALUES (:scope, :reason, :since) ON CONFLICT DO NOTHING');
  const endPause = db.prepare('DELETE FROM pauses WHERE scope = :scope');
  const pauses = db.prepare('SELECT scope, reason, since FROM pauses ORDER BY scope');

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
    beginPause({ scope, reason, since }) {
      documents.pause.check({ scope, reason, since });
      return db.write(() => Number(beginPause.run({ scope, reason, since }).changes) === 1);
    },
    endPause: (scope) => db.write(() => Number(endPause.run({ scope }).changes) === 1),
    listPauses: () => db.read(() => pauses.all().map((row) => documents.pause.parse({ ...row }))),
  };
}

function toLease({ last_post_at: lastPostAt, ...row }: Row): LaneLease {
  return documents.laneLease.parse(lastPostAt === null ? row : { ...row, lastPostAt });
}
