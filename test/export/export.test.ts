import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildExport, digestOf } from '../../src/export/build.ts';
import type { IncidentExport } from '../../src/export/incident-export.ts';
import { toMarkdown } from '../../src/export/markdown.ts';
import { collectExport, renderExport, toJson } from '../../src/export/render.ts';
import { verifyExport } from '../../src/export/verify.ts';
import { createRunbookLibrary } from '../../src/runbooks/library.ts';
import { genesis, seal } from '../../src/timeline/chain.ts';
import type { TimelineEntry } from '../../src/timeline/entry.ts';
import { shippedRunbook } from '../chat/chat-desk.ts';
import type { TestDesk } from '../support/desk.ts';
import { exampleIncident } from './example-incident.ts';
import type { Until } from './example-incident.ts';

const golden = (name: string) => fileURLToPath(new URL(`../golden/export/${name}`, import.meta.url));
const depsOf = ({ store, clock }: TestDesk) => ({ ...store, clock, runbooks: createRunbookLibrary([shippedRunbook()]) });

async function exampleExport(until: Until): Promise<IncidentExport> {
  const { desk, incident } = await exampleIncident(until);
  return collectExport(depsOf(desk), incident);
}

let resolved: IncidentExport;
beforeAll(async () => {
  resolved = await exampleExport('resolved');
});

/** The document as somebody would forge it: changed as text, nothing recomputed. */
function forged(change: (document: Record<string, unknown>) => void): string {
  const copy = JSON.parse(toJson(resolved)) as Record<string, unknown>;
  change(copy);
  return JSON.stringify(copy);
}

/** The document with its digest made anew, as a careful forger would do. */
function resealed(document: object): string {
  return JSON.stringify({ ...document, digest: digestOf(document) });
}

describe('an export', () => {
  it('reads like its golden files', async () => {
    await expect(toJson(resolved)).toMatchFileSnapshot(golden('resolved.json'));
    await expect(toMarkdown(resolved)).toMatchFileSnapshot(golden('resolved.md'));
    await expect(toMarkdown(await exampleExport('opened'))).toMatchFileSnapshot(golden('opened.md'));
  });

  it('holds what the relay has yet to move', async () => {
    const { desk, incident } = await exampleIncident('acknowledged');
    expect(incident.pending.entries.length).toBeGreaterThan(0);
    const before = await collectExport(depsOf(desk), incident);
    await desk.relay();
    const after = await collectExport(depsOf(desk), await desk.fresh(incident));
    expect(after).toEqual(before);
    expect(after.timeline.entries).toHaveLength(incident.timeline.seq);
  });

  it('ends at the head of the incident as it was read, whatever came later', async () => {
    const { desk, incident } = await exampleIncident('opened');
    await exampleLater(desk, incident.id);
    const document = await collectExport(depsOf(desk), incident);
    expect(document.verification).toMatchObject({ ok: true, entries: incident.timeline.seq });
  });

  it('is there for every incident and for nothing else', async () => {
    const { desk, incident } = await exampleIncident('opened');
    const deps = depsOf(desk);
    expect(await renderExport(deps, { number: 99, format: 'json' })).toBeUndefined();
    const rendered = await renderExport(deps, { number: incident.number, format: 'json' });
    expect(rendered?.contentType).toMatch(/json/);
    expect(verifyExport(rendered?.body ?? '')).toMatchObject({ ok: true, incident: 'INC-1' });
    expect((await renderExport(deps, { number: incident.number, format: 'md' }))?.contentType).toMatch(/markdown/);
  });

  it('says what is missing', async () => {
    const { gaps } = await exampleExport('opened');
    expect(gaps).toContain('Nobody acknowledged it.');
    expect(gaps).toContain('Nothing was measured.');
    expect(gaps).toContain('Labels and annotations are gone for 2 alerts.');
    expect(resolved.gaps).not.toContain('Nobody acknowledged it.');
  });

  it('says so when the stored chain does not hold', async () => {
    const { incident, desk } = await exampleIncident('updated');
    await desk.relay();
    const entries = await desk.store.timeline.read(incident.id);
    const document = buildExport({
      incident,
      entries: entries.slice(0, -1),
      alerts: [],
      keptExecutions: [],
      generatedAt: incident.updatedAt,
    });
    expect(document.verification).toMatchObject({ ok: false });
    expect(toMarkdown(document)).toContain('did not hold');
    expect(verifyExport(toJson(document))).toMatchObject({ ok: false, problem: 'chain' });
  });
});

async function exampleLater(desk: TestDesk, id: Parameters<TestDesk['store']['incidents']['get']>[0]): Promise<void> {
  const { addNote } = await import('../../src/incidents/note.ts');
  await addNote(desk.change, { id, cause: 'later', by: { id: 'U1', name: 'late' }, text: 'later' });
  await desk.relay();
}

describe('verifying an export', () => {
  it('accepts what was exported', () => {
    const verdict = verifyExport(toJson(resolved));
    expect(verdict).toMatchObject({
      ok: true,
      incident: 'INC-1',
      entries: resolved.timeline.head.seq,
      erased: 0,
      head: resolved.timeline.head,
    });
    expect(verifyExport(`\uFEFF${toJson(resolved)}`).ok).toBe(true);
    expect(verifyExport(JSON.stringify(resolved)).ok).toBe(true);
  });

  it('finds any single change, wherever it is', () => {
    const paths = leavesOf(resolved, []);
    expect(paths.length).toBeGreaterThan(300);
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.constantFrom('other', 'remove', 'add'), (path, how) => {
        const text = forged((document) => tamper(document, path, how));
        expect(verifyExport(text).ok).toBe(false);
      }),
      { numRuns: 600 },
    );
  });

  it('finds a change in an entry even when the digest was made anew, and names the entry', () => {
    const paths = leavesOf(resolved.timeline.entries, []).filter(([, field]) => field !== 'schema');
    fc.assert(
      fc.property(fc.constantFrom(...paths), (path) => {
        const document = JSON.parse(toJson(resolved)) as { timeline: { entries: unknown[] } };
        tamper(document.timeline.entries, path, 'other');
        const verdict = verifyExport(resealed(document));
        const named = Number(path[0]) + 1;
        expect(verdict).toMatchObject({ ok: false });
        // A changed hash or number is noticed at the entry itself, or at the one that follows it.
        if (!verdict.ok) expect([named, named + 1]).toContain(verdict.firstBad);
      }),
      { numRuns: 300 },
    );
  });

  it('finds facts that contradict the timeline, although the digest was made anew', () => {
    const forgeries: readonly [string, object][] = [
      ['severity', { severity: 'info' }],
      ['title', { title: 'Nothing much' }],
      ['state', { state: 'acknowledged' }],
      ['phase', { phase: 'identified' }],
      ['impact', { impact: '' }],
      ['acknowledgedBy', { acknowledgedBy: { id: 'U0BEN00000', name: 'ben' } }],
      ['acknowledgedAt', { milestones: { ...resolved.incident.milestones, acknowledgedAt: resolved.incident.milestones.detectedAt } }],
      ['resolvedAt', { milestones: { ...resolved.incident.milestones, resolvedAt: resolved.incident.milestones.detectedAt } }],
      ['commander', { roles: {} }],
    ];
    for (const [name, facts] of forgeries) {
      const verdict = verifyExport(resealed({ ...resolved, incident: { ...resolved.incident, ...facts } }));
      expect(verdict, name).toMatchObject({ ok: false, problem: 'facts' });
      expect(verdict.message).toContain(name);
    }
  });

  it('finds a timeline that was cut, and one that was reordered', () => {
    const { entries, head } = resolved.timeline;
    const cut = resealed({ ...resolved, timeline: { head, entries: entries.slice(0, -2) } });
    expect(verifyExport(cut)).toMatchObject({ ok: false, problem: 'chain', firstBad: entries.length - 1 });
    const beheaded = resealed({ ...resolved, timeline: { head, entries: entries.slice(1) } });
    expect(verifyExport(beheaded)).toMatchObject({ ok: false, firstBad: 1 });
    const [first, second, third, ...rest] = entries;
    const swapped = resealed({ ...resolved, timeline: { head, entries: [first, third, second, ...rest] } });
    expect(verifyExport(swapped)).toMatchObject({ ok: false, firstBad: 2 });
  });

  it('tells a record that was rewritten as a whole by an anchor kept elsewhere', () => {
    const anchor = resolved.timeline.entries[3]?.hash.slice(0, 12) ?? '';
    expect(verifyExport(toJson(resolved), { anchor: anchor.toUpperCase() })).toMatchObject({ ok: true, anchoredAt: 4 });
    const rewritten = resealed({ ...resolved, timeline: rewriteWithout(resolved, 'note') });
    expect(verifyExport(rewritten)).toMatchObject({ ok: true });
    const end = resolved.timeline.head.hash;
    expect(verifyExport(rewritten, { anchor: end })).toMatchObject({ ok: false, problem: 'anchor' });
    expect(verifyExport(toJson(resolved), { anchor: 'xyz' })).toMatchObject({ ok: false, problem: 'anchor' });
  });

  it('still holds after a part was erased, and says how many were', () => {
    const copy = JSON.parse(toJson(resolved)) as { timeline: { entries: { kind: string; parts: Record<string, unknown> }[] } };
    for (const entry of copy.timeline.entries) if (entry.kind === 'note') entry.parts['text'] = { erased: 'on request' };
    expect(verifyExport(resealed(copy))).toMatchObject({ ok: true, erased: 1 });
  });

  it.each([
    ['', 'not_json'],
    ['# INC-1', 'not_json'],
    ['[]', 'not_an_export'],
    ['{"schema":"other/1"}', 'not_an_export'],
    ['{"schema":"tocsin.incident-export/2","more":1}', 'newer_schema'],
    ['{"schema":"tocsin.incident-export/1"}', 'malformed'],
  ])('refuses %j with words', (text, problem) => {
    const verdict = verifyExport(text);
    expect(verdict).toMatchObject({ ok: false, problem });
    expect(verdict.message).toMatch(/\.$/);
  });

  it('refuses what no export can hold', () => {
    const half = forged((document) => Object.assign(document, { gaps: ['half a pair: \ud800'] }));
    expect(verifyExport(half)).toMatchObject({ ok: false, problem: 'malformed' });
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(verifyExport(forged(() => {}).replace('"value":{', () => `"value":{"deep":${deep},`))).toMatchObject({
      ok: false,
      problem: 'malformed',
    });
  });

  it('quotes no more of the file than people read', () => {
    const { message } = verifyExport(forged((document) => Object.assign(document['incident'] ?? {}, { title: 'x'.repeat(100_000) })));
    expect(message).toMatch(/^The file contradicts itself: it says title is "x+…$/);
    expect(message.length).toBeLessThanOrEqual(500);
  });

  it('answers any text at all', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(verifyExport(text).ok).toBe(false);
      }),
    );
  });
});

type Path = readonly (string | number)[];

/** Where every value stands in a document. */
function leavesOf(value: unknown, path: Path): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, Array.isArray(value) ? Number(key) : key]));
}

type Tree = Record<string | number, unknown>;

function tamper(document: object, path: Path, how: string): void {
  // Paths come from leavesOf over the same document, so each step is an object or a list.
  const parent = path.slice(0, -1).reduce((node, key) => node[key] as Tree, document as Tree);
  const key = path.at(-1) ?? '';
  if (how === 'remove' && !Array.isArray(parent)) delete parent[key];
  else if (how === 'add' && !Array.isArray(parent)) parent['added'] = 'by somebody';
  else parent[key] = otherThan(parent[key]);
}

function otherThan(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (typeof value !== 'string' || value === '') return 'x';
  return value.endsWith('a') ? `${value.slice(0, -1)}b` : `${value.slice(0, -1)}a`;
}

/** The timeline as if one kind of entry had never been, with a whole new chain. */
function rewriteWithout(document: IncidentExport, kind: string): { head: object; entries: readonly TimelineEntry[] } {
  const { id } = document.incident;
  let head = genesis(id);
  const entries = document.timeline.entries
    .filter((entry) => entry.kind !== kind)
    .flatMap((entry) => {
      const { actor, facts, text } = entry.parts;
      const valueOf = (part: typeof actor) => ('erased' in part ? null : part.value);
      const draft = {
        kind: entry.kind,
        actor: valueOf(actor),
        facts: valueOf(facts),
        at: entry.at,
        ...(text === undefined ? {} : { text: valueOf(text) }),
      };
      // The forger uses what the true timeline held, which is what drafts hold.
      const sealed = seal({ incidentId: id, head, now: entry.at, salt: () => 'forged' }, [draft as Parameters<typeof seal>[1][number]]);
      head = sealed.head;
      return sealed.entries;
    });
  return { head, entries };
}
