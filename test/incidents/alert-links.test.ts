import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { countFiring, findLink, finished, linksOf, withLink } from '../../src/incidents/alert-links.ts';
import type { AlertLink } from '../../src/incidents/incident.ts';
import { alertLink } from '../support/desk.ts';

const link = fc
  .record({
    fingerprint: fc.constantFrom('a', 'b', 'c'),
    start: fc.constantFrom('1', '2', '3'),
    status: fc.constantFrom('firing' as const, 'resolved' as const),
  })
  .map(({ fingerprint, start, status }) => alertLink({ key: `${fingerprint}@${start}`, fingerprint, status }));

it('what is known of a list is what looking through it finds, also of finished lists that went before', () => {
  fc.assert(
    fc.property(fc.array(fc.array(link, { maxLength: 8 }), { maxLength: 5 }), (batches) => {
      const lists: (readonly AlertLink[])[] = [[]];
      for (const batch of batches) {
        const next = batch.reduce(withLink, lists.at(-1) ?? []);
        finished(next);
        lists.push(next);
      }
      const links = batches.flat();
      for (const [count, list] of lists.entries()) {
        const latest = new Map(
          batches
            .slice(0, count)
            .flat()
            .map((each) => [each.key, each]),
        );
        expect(new Map(list.map((each) => [each.key, each]))).toEqual(latest);
        expect(list).toHaveLength(latest.size);
        expect(countFiring(list)).toBe(list.filter(({ status }) => status === 'firing').length);
        for (const each of links) expect(findLink(list, each.key)).toBe(list.find(({ key }) => key === each.key));
        for (const name of ['a', 'b', 'c']) expect(linksOf(list, name)).toEqual(list.filter(({ fingerprint }) => fingerprint === name));
      }
    }),
  );
});
