import { z } from 'zod';
import { livingViews } from '../incidents/incident.ts';
import type { MessageView } from '../incidents/incident.ts';
import { laneNames } from '../outbox/message.ts';
import type { Doubt, LaneLease, OutboxMessage, OutboxView } from '../outbox/message.ts';
import { pauseScopes } from '../outbox/pause.ts';
import type { StoredPause } from '../outbox/pause.ts';
import type { Storm, StormCount, StormCounts, StormFigures } from '../outbox/storm.ts';
import { shape } from './document-kind.ts';
import { count, incidentId, instant } from './fields.ts';

export const messageView: z.ZodType<MessageView> = z.discriminatedUnion('type', [
  z.looseObject({ type: z.enum(livingViews) }),
  z.looseObject({ type: z.literal('runbook') }),
  z.looseObject({ type: z.literal('execution'), number: count }),
  z.looseObject({ type: z.literal('file'), number: count, part: z.enum(['output', 'chart']) }),
  z.looseObject({ type: z.literal('entry'), seq: count, broadcast: z.boolean(), to: z.literal('oncall').exactOptional() }),
]);

const outboxView: z.ZodType<OutboxView> = z.union([messageView, z.looseObject({ type: z.literal('storm'), number: count, card: count })]);

export const outboxMessage = shape<OutboxMessage>({
  schema: z.literal(1),
  key: z.string().min(1),
  lane: z.enum(laneNames),
  incidentId: incidentId.optional(),
  view: outboxView,
  parentKey: z.string().optional(),
  priority: z.number(),
  order: z.string(),
  wanted: count,
  sent: count,
  state: z.enum(['idle', 'due', 'sending', 'ambiguous', 'dead']),
  version: count,
  attempts: count,
  notBefore: instant,
  firstTriedAt: instant.optional(),
  attempt: shape<NonNullable<OutboxMessage['attempt']>>({ token: count, revision: count, digest: z.string() }).optional(),
  doubt: shape<Doubt>({ since: instant, absentSince: instant.optional(), isAnother: z.literal(true).optional() }).optional(),
  plain: z.boolean().optional(),
  resent: z.union([z.boolean(), z.literal('restored')]).optional(),
  posted: shape<NonNullable<OutboxMessage['posted']>>({ channel: z.string(), ts: z.string() }).optional(),
  shownDigest: z.string().optional(),
  folded: count.optional(),
  inStorm: count.optional(),
  problem: z.string(),
});

export const laneLease = shape<LaneLease>({
  lane: z.enum(laneNames),
  owner: z.string(),
  token: count,
  until: instant,
  lastPostAt: instant.optional(),
});

export const pause = shape<StoredPause>({ scope: z.enum(pauseScopes), reason: z.string(), since: instant });

const stormCount = shape<StormCount>({ incidents: count, unacknowledged: count, resolved: count, alerts: count });

export const storm = shape<Storm>({
  schema: z.literal(1),
  number: count,
  version: count,
  since: instant,
  firstIncident: count,
  lastIncident: count.optional(),
  endedAt: instant.optional(),
  calmSince: instant.optional(),
  cards: count,
  cardAt: instant,
  isForOncall: z.boolean(),
  figures: shape<StormFigures>({
    at: instant,
    counts: shape<StormCounts>({ critical: stormCount, warning: stormCount, info: stormCount }),
    waiting: count,
    folded: count,
    perMinute: count,
  }),
});
