import type { Incident } from '../incidents/incident.ts';
import type { TimelineEntry } from '../timeline/entry.ts';
import type { TimelineStore } from '../timeline/ports.ts';

const pageSize = 500;

/**
 * The whole timeline as the given incident knows it: what the store holds, and behind it what the relay has yet to move. Entries that came
 * after this version of the incident are left out, so that the timeline ends at the incident's own head.
 */
export async function readTimeline(timeline: Pick<TimelineStore, 'read'>, incident: Incident): Promise<readonly TimelineEntry[]> {
  const entries: TimelineEntry[] = [];
  for (;;) {
    const page = await timeline.read(incident.id, { afterSeq: entries.at(-1)?.seq ?? 0, limit: pageSize });
    entries.push(...page.filter((entry) => entry.seq <= incident.timeline.seq));
    if (page.length < pageSize || entries.length >= incident.timeline.seq) break;
  }
  const last = entries.at(-1)?.seq ?? 0;
  return [...entries, ...incident.pending.entries.filter((entry) => entry.seq > last)];
}
