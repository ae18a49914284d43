import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toInstant } from '../../src/kernel/instant.ts';
import { genesis, seal, verifyChain } from '../../src/timeline/chain.ts';
import type { EntryDraft, TimelineEntry } from '../../src/timeline/entry.ts';

const incidentId = 'inc_example';
const now = toInstant(new Date('2026-01-02T03:04:05Z'));
const salted = () => {
  let count = 0;
  return () => `salt-${(count += 1)}`;
};
const draft = fc.record({
  kind: fc.constantFrom<EntryDraft['kind']>('note', 'update', 'acknowledged'),
  actor: fc.record({ type: fc.constant('user' as const), id: fc.string(), name: fc.string() }),
  facts: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())),
  text: fc.string(),
});
const chain = fc
  .array(draft, { minLength: 1, maxLength: 8 })
  .map((drafts) => seal({ incidentId, head: genesis(incidentId), now, salt: salted() }, drafts));

/** Every place of an entry that holds a text, as a path. */
function textPaths(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value === 'string') return [[...path]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textPaths(inner, [...path, key]));
}

function tampered(entry: TimelineEntry, path: readonly string[]): TimelineEntry {
  const copy: unknown = structuredClone(entry);
  let place = copy as Record<string, unknown>;
  for (const key of path.slice(0, -1)) place = place[key] as Record<string, unknown>;
  const last = path.at(-1) ?? '';
  place[last] = `${String(place[last])}x`;
  return copy as TimelineEntry;
}

describe('a timeline', () => {
  it('verifies as it was sealed, in one go or one entry at a time', () => {
    fc.assert(
      fc.property(fc.array(draft, { minLength: 1, maxLength: 8 }), (drafts) => {
        const salt = salted();
        let head = genesis(incidentId);
        const entries = drafts.flatMap((each) => {
          const sealed = seal({ incidentId, head, now, salt }, [each]);
          head = sealed.head;
          return sealed.entries;
        });
        expect(entries).toEqual(seal({ incidentId, head: genesis(incidentId), now, salt: salted() }, drafts).entries);
        expect(verifyChain(incidentId, entries, head)).toEqual({ ok: true, count: drafts.length, head, erased: 0 });
      }),
    );
  });

  it('names the first bad entry whatever text of it was changed', () => {
    fc.assert(
      fc.property(chain, fc.nat(), fc.nat(), ({ entries, head }, which, where) => {
        const index = which % entries.length;
        const entry = entries[index];
        if (entry === undefined) return;
        const paths = textPaths(entry);
        const changed = entries.with(index, tampered(entry, paths[where % paths.length] ?? []));
        const verdict = verifyChain(incidentId, changed, head);
        expect(verdict).toMatchObject({ ok: false, firstBad: index + 1 });
      }),
    );
  });

  it('notices an entry that was removed, moved or cut off at the end', () => {
    const { entries, head } = seal(
      { incidentId, head: genesis(incidentId), now, salt: salted() },
      ['one', 'two', 'three'].map((text): EntryDraft => ({ kind: 'note', actor: { type: 'system', part: 'test' }, facts: {}, text })),
    );
    const [first, second, third] = entries;
    if (first === undefined || second === undefined || third === undefined) throw new Error('three entries expected');
    expect(verifyChain(incidentId, [first, third], head)).toMatchObject({ ok: false, firstBad: 2 });
    expect(verifyChain(incidentId, [second, first, third], head)).toMatchObject({ ok: false, firstBad: 1 });
    expect(verifyChain(incidentId, [first, second], head)).toMatchObject({ ok: false, firstBad: 3 });
    expect(verifyChain('inc_other', entries, head)).toMatchObject({ ok: false, firstBad: 1 });
  });

  it('still verifies when a part was erased, and counts it', () => {
    const { entries, head } = seal({ incidentId, head: genesis(incidentId), now, salt: salted() }, [
      { kind: 'note', actor: { type: 'user', id: 'U1', name: 'Ana' }, facts: {}, text: 'a name that must go' },
    ]);
    const erased = entries.map((entry): TimelineEntry => ({ ...entry, parts: { ...entry.parts, text: { erased: 'on request' } } }));
    expect(verifyChain(incidentId, erased, head)).toMatchObject({ ok: true, erased: 1 });
  });

  it('gives equal texts different digests, so that an erased part cannot be guessed', () => {
    const note: EntryDraft = { kind: 'note', actor: { type: 'system', part: 'test' }, facts: {}, text: 'yes' };
    const { entries } = seal({ incidentId, head: genesis(incidentId), now, salt: salted() }, [note, note]);
    expect(entries[0]?.digests.text).not.toEqual(entries[1]?.digests.text);
  });
});
