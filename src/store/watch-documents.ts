import { z } from 'zod';
import type { AlertOrigin } from '../alerts/alert.ts';
import type { FiringAlert } from '../alerts/reconciliation/ports.ts';
import { roundOutcomes } from '../alerts/reconciliation/reconciliation.ts';
import type { Heard, LastRound, QuietMark, Reconciliation, Suspect } from '../alerts/reconciliation/reconciliation.ts';
import type { Watchdog } from '../alerts/watchdogs/watchdog.ts';
import { documentKind, keyOf, shape } from './document-kind.ts';
import { count, incidentId, instant, texts } from './fields.ts';

const heard = shape<Heard>({ name: z.string(), at: instant });

const suspect = shape<Suspect>({
  kind: z.enum(['unseen', 'gone']),
  fingerprint: z.string(),
  since: instant,
  looks: count,
  heardAt: z.string().optional(),
  wasQuiet: z.boolean().optional(),
  toldAt: instant.optional(),
});

const reconciliation = shape<Reconciliation>({
  schema: z.literal(1),
  version: count,
  dueAt: instant,
  receivers: z.array(heard),
  senders: z.array(heard),
  suspects: z.array(suspect),
  quiet: z.array(shape<QuietMark>({ fingerprint: z.string(), mark: z.string() })),
  lastCompleteAt: instant.optional(),
  lastRound: shape<LastRound>({ at: instant, outcome: z.enum(roundOutcomes), problem: z.string() }).optional(),
});

const watchdog = shape<Watchdog>({
  schema: z.literal(1),
  version: count,
  key: z.string(),
  labels: texts,
  lastSeenAt: instant.optional(),
  inTime: count,
  silentSince: instant.optional(),
  untold: shape<NonNullable<Watchdog['untold']>>({
    status: z.enum(['firing', 'resolved']),
    startsAt: instant,
    endsAt: instant.optional(),
  }).optional(),
});

const firing = shape<FiringAlert>({
  key: z.string(),
  fingerprint: z.string(),
  lastSeenAt: instant,
  incidentId: incidentId.optional(),
  via: shape<AlertOrigin>({ sender: z.string(), receiver: z.string() }).optional(),
});

/** What is kept to watch over Alertmanager, and the part of an alert that is compared with it. */
export const watchDocuments = {
  reconciliation: documentKind<Reconciliation>({ name: 'reconciliation', schema: reconciliation, key: () => 'alertmanager' }),
  watchdog: documentKind<Watchdog>({ name: 'watchdog', schema: watchdog, key: keyOf('key') }),
  firing: documentKind<FiringAlert>({ name: 'alert', schema: firing, key: keyOf('key') }),
};
