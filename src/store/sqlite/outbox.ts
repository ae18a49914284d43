import { toInstant } from '../../kernel/instant.ts';
import type { Log } from '../../kernel/log.ts';
import { lanePriority } from '../../outbox/message.ts';
import type { OutboxMessage } from '../../outbox/message.ts';
import type { OutboxStore } from '../../outbox/ports.ts';
import { isUnsent, raiseWanted, requireNextVersion } from '../derived.ts';
import { parseReadable } from '../document-kind.ts';
import { documents } from '../documents.ts';
import { countsOf, numberOf, textOf } from './database.ts';
import type { Database, Row } from './database.ts';
import { createLanes } from './lanes.ts';

/** SQLite: LIMIT -1 means all rows. */
const all = -1;
/** Places of threads and announcements that were never posted. */
const roots = { first: lanePriority.criticalRoot, end: lanePriority.notice };

export function createOutboxStore(deps: { db: Database; log: Log }): OutboxStore {
  const { db, log } = deps;
  const statements = prepareOutbox(db);
  const one = (row: Row | undefined) => (row === undefined ? undefined : toMessage(row));

  function wantOne(wish: OutboxMessage): void {
    const current = one(statements.get.get({ key: wish.key }));
    if (current === undefined) {
      statements.insert.run(columnsOf(wish));
      return;
    }
    const raised = raiseWanted(current, wish);
    if (raised !== undefined) statements.replace.run({ ...columnsOf(raised), expectedVersion: current.version });
  }

  return {
    ...createLanes(db),
    async want(messages) {
      if (messages.length === 0) return;
      for (const message of messages) documents.outboxMessage.check(message);
      await db.write(() => messages.forEach(wantOne));
    },
    get: (key) => db.read(() => one(statements.get.get({ key }))),
    listDue: (lane, now, limit) => db.read(() => parseReadable(log, statements.listDue.all({ lane, now, limit }), toMessage)),
    listDueEdits: (lane, now, limit) => db.read(() => parseReadable(log, statements.listDueEdits.all({ lane, now, limit }), toMessage)),
    nextDueAt: (lane) =>
      db.read(() => {
        const at = statements.nextDueAt.get({ lane })?.['at'];
        return typeof at === 'string' ? toInstant(new Date(at)) : undefined;
      }),
    countRoots: (lane, limit = all) => db.read(() => numberOf(statements.countRoots.get({ lane, ...roots, limit }) ?? {}, 'count')),
    listRoots: (lane, limit) => db.read(() => parseReadable(log, statements.listRoots.all({ lane, ...roots, limit }), toMessage)),
    countFolded: (lane, since) => db.read(() => numberOf(statements.countFolded.get({ lane, since }) ?? {}, 'count')),
    countWaiting: (lane) => db.read(() => numberOf(statements.countWaiting.get({ lane }) ?? {}, 'count')),
    listLongestWaiting: (lane, limit) => db.read(() => parseReadable(log, statements.listLongest.all({ lane, limit }), toMessage)),
    async replace(message, expectedVersion) {
      requireNextVersion(message, expectedVersion);
      const columns = { ...columnsOf(documents.outboxMessage.check(message)), expectedVersion };
      return db.write(() => Number(statements.replace.run(columns).changes) === 1);
    },
    getByPost: (channel, ts) => db.read(() => one(statements.byPost.get({ channel, ts }))),
    counts: () => db.read(() => countsOf(['idle', 'due', 'sending', 'ambiguous', 'dead'], statements.counts.all())),
    listDead: (limit) => db.read(() => parseReadable(log, statements.listDead.all({ limit }), toMessage)),
  };
}

function prepareOutbox(db: Database) {
  return {
    get: db.prepare('SELECT document FROM outbox WHERE key = :key'),
    insert: db.prepare(`
      INSERT INTO outbox (key, lane, state, unsent, not_before, priority, sequence, version, channel, ts, document)
      VALUES (:key, :lane, :state, :unsent, :notBefore, :priority, :sequence, :version, :channel, :ts, :document)`),
    replace: db.prepare(`
      UPDATE outbox SET lane = :lane, state = :state, unsent = :unsent, not_before = :notBefore, priority = :priority, sequence = :sequence,
      version = :version, channel = :channel, ts = :ts, document = :document WHERE key = :key AND version = :expectedVersion`),
    // In a storm thousands wait and a few are asked for: the index in sending order ends early, where the planner would sort them all.
    listDue: db.prepare(`
      SELECT document FROM outbox INDEXED BY outbox_unsent WHERE lane = :lane AND unsent = 1 AND not_before <= :now ORDER BY priority, sequence, key LIMIT :limit`),
    listDueEdits: db.prepare(`
      SELECT document FROM outbox INDEXED BY outbox_unsent
      WHERE lane = :lane AND unsent = 1 AND priority >= ${lanePriority.edit} AND not_before <= :now AND ts IS NOT NULL
      ORDER BY priority, sequence, key LIMIT :limit`),
    nextDueAt: db.prepare('SELECT min(not_before) AS at FROM outbox WHERE lane = :lane AND unsent = 1'),
    countRoots: db.prepare(`
      SELECT count(*) AS count FROM (SELECT 1 FROM outbox INDEXED BY outbox_unsent
      WHERE lane = :lane AND unsent = 1 AND priority >= :first AND priority < :end LIMIT :limit)`),
    listRoots: db.prepare(`
      SELECT document FROM outbox INDEXED BY outbox_unsent WHERE lane = :lane AND unsent = 1 AND priority >= :first AND priority < :end
      ORDER BY sequence, key LIMIT :limit`),
    countFolded: db.prepare(
      'SELECT coalesce(sum(folded), 0) AS count FROM outbox INDEXED BY outbox_folded WHERE folded > 0 AND lane = :lane AND sequence >= :since',
    ),
    countWaiting: db.prepare('SELECT count(*) AS count FROM outbox INDEXED BY outbox_next WHERE lane = :lane AND unsent = 1'),
    listLongest: db.prepare(`
      SELECT document FROM outbox INDEXED BY outbox_next WHERE lane = :lane AND unsent = 1 ORDER BY not_before, key LIMIT :limit`),
    byPost: db.prepare('SELECT document FROM outbox WHERE channel = :channel AND ts = :ts LIMIT 1'),
    counts: db.prepare('SELECT state, count(*) AS count FROM outbox GROUP BY state'),
    listDead: db.prepare(`SELECT document FROM outbox WHERE state = 'dead' ORDER BY sequence, key LIMIT :limit`),
  };
}

function columnsOf(message: OutboxMessage) {
  const { key, lane, state, notBefore, priority, order, version, posted } = message;
  return {
    key,
    lane,
    state,
    notBefore,
    priority,
    version,
    sequence: order,
    unsent: isUnsent(message) ? 1 : 0,
    channel: posted?.channel ?? null,
    ts: posted?.ts ?? null,
    document: JSON.stringify(message),
  };
}

function toMessage(row: Row): OutboxMessage {
  return documents.outboxMessage.parseText(textOf(row, 'document'));
}
