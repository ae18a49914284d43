import { z } from 'zod';
import { readAlert } from '../alerts/read-alert.ts';
import type { KnownAlert, Silence } from '../alerts/reconciliation/ports.ts';
import { toInstant } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';

const names = z.array(z.string()).catch([]);

/** Beside what a webhook's alert has. Unknown fields pass: each version adds some. */
const item = z.object({
  status: z.object({ state: z.enum(['active', 'suppressed', 'unprocessed']).catch('unprocessed'), silencedBy: names }),
  receivers: z.array(z.object({ name: z.string() })).catch([]),
  updatedAt: z.string().catch(''),
});

/** One alert of `/api/v2/alerts`; undefined for what is none. Its `endsAt` is when it would expire, and says nothing about an end. */
export function readKnownAlert(value: unknown, receivedAt: Instant): KnownAlert | undefined {
  const read = item.safeParse(value);
  const alert = readAlert(value, { receivedAt, groupStatus: 'firing', groupName: '' });
  if (!read.success || !alert.ok) return undefined;
  const { status, receivers, updatedAt } = read.data;
  const { endsAt: _expiry, ...event } = alert.event;
  return {
    event: { ...event, status: 'firing' },
    state: status.state,
    silencedBy: status.silencedBy,
    receivers: receivers.map(({ name }) => name),
    heardAt: instantOf(updatedAt) ?? '',
  };
}

const silence = z.object({
  id: z.string(),
  endsAt: z.string(),
  createdBy: z.string().catch(''),
  status: z.object({ state: z.string() }),
});

/** The silences of `/api/v2/silences` that hold now. */
export function readSilences(json: unknown): ReadonlyMap<string, Silence> {
  const list = z.array(z.unknown()).safeParse(json).data ?? [];
  const active = list.flatMap((value): [string, Silence][] => {
    const read = silence.safeParse(value);
    const until = read.success ? instantOf(read.data.endsAt) : undefined;
    if (!read.success || until === undefined || read.data.status.state !== 'active') return [];
    return [[read.data.id, { until, by: read.data.createdBy.toWellFormed().slice(0, 100) }]];
  });
  return new Map(active);
}

const status = z.object({ uptime: z.string(), cluster: z.object({ status: z.string().catch('') }).optional() });

/** Since when it runs, and whether it is still finding the other members of its cluster; undefined when it does not say. */
export function readStatus(json: unknown): { startedAt: Date; isJoining: boolean } | undefined {
  const read = status.safeParse(json);
  if (!read.success) return undefined;
  const startedAt = new Date(read.data.uptime);
  return Number.isNaN(startedAt.getTime()) ? undefined : { startedAt, isJoining: read.data.cluster?.status === 'settling' };
}

const group = z.object({
  receiver: z.object({ name: z.string() }),
  alerts: z.array(z.object({ fingerprint: z.string(), status: z.object({ mutedBy: names.optional() }).optional() })),
});

/** The fingerprints in groups of `/api/v2/alerts/groups` that one of the receivers is told of. */
export function readRouted(json: unknown, receivers: ReadonlySet<string>): ReadonlySet<string> {
  const list = z.array(z.unknown()).safeParse(json).data ?? [];
  return new Set(
    list.flatMap((value) => {
      const read = group.safeParse(value);
      if (!read.success || !receivers.has(read.data.receiver.name)) return [];
      return read.data.alerts.filter((each) => (each.status?.mutedBy ?? []).length === 0).map(({ fingerprint }) => fingerprint);
    }),
  );
}

function instantOf(text: string): Instant | undefined {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999 ? undefined : toInstant(date);
}
