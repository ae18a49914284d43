import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { fillTemplate, normaliseLabel, parseTemplate, placeholdersOf } from '../../../src/runbooks/templates.ts';
import { createTarget } from '../engine/target.ts';
import { anyText, longText, piecesOf } from '../given/text.ts';

const pieces = [
  'Current error rate: X%\n',
  'ETA: [Brief description]\n',
  'Status: TBD\n',
  '- **Impact**: <name>\n',
  'Latency: XXms ',
  '{{ $labels.pod }}',
  '${name}',
  '[link](http://a)',
  '[x]',
  '[RESOLVED] ',
  'Time: 14:05: X min\n',
  ':rotating_light: ',
  '🚨 ',
  '1) ',
  'a',
  ':',
  '[',
  ']',
  '<',
  '{',
  '\n',
  ' ',
  'X.XX',
];

export const templates = createTarget({
  name: 'templates',
  promises: 'a template is its parts again, a value that fills a hole is never read as a template, and what is missing is named',
  share: 50,
  given: fc.record({
    text: fc.oneof({ weight: 8, arbitrary: piecesOf(pieces, 25) }, { weight: 1, arbitrary: longText(fc.constantFrom(...pieces), 8000) }),
    value: fc.oneof(anyText, fc.constantFrom('X%', '[a b]', 'TBD', '{{ x }}')),
    known: fc.nat(5),
  }),
  open: () => {},
  run({ text, value, known }) {
    const segments = parseTemplate(text);
    assert.equal(segments.map((segment) => (segment.kind === 'text' ? segment.text : segment.raw)).join(''), text);
    const holes = placeholdersOf(text);
    assert.equal(holes.length, segments.filter(({ kind }) => kind === 'placeholder').length);
    const given = holes.slice(0, known).map(({ label }) => normaliseLabel(label));
    const filled = fillTemplate({ text }, new Map(given.map((label) => [label, value])));
    assert.equal(filled.segments.length, segments.length);
    for (const segment of filled.segments) {
      if (segment.kind === 'filled') assert.ok(segment.text.startsWith(value));
      if (segment.kind === 'missing') assert.ok(filled.missing.includes(segment.label));
    }
    const isGiven = value.trim() !== '';
    const left = new Set(holes.map(({ label }) => label).filter((label) => !isGiven || !given.includes(normaliseLabel(label))));
    assert.deepEqual(new Set(filled.missing), left);
  },
});
