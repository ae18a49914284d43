import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describeAnswer } from '../../../src/charts/describe-answer.ts';
import { pictureSvg } from '../../../src/charts/picture.ts';
import { readPromql } from '../../../src/doors/curl/promql-request.ts';
import { readNumber } from '../../../src/measures/measure-incident.ts';
import { readQueryAnswer } from '../../../src/prometheus/query-answer.ts';
import { readAnswer } from '../../../src/prometheus/read-answer.ts';
import { openQuery } from '../../../src/reading/query-parameters.ts';
import { promqlOf } from '../../../src/runbooks/promql-in-curl.ts';
import { ExecutionError, ParseError } from '../../../src/simulator/prometheus/promql/errors.ts';
import { parsePromql } from '../../../src/simulator/prometheus/promql/parse.ts';
import { createTarget } from '../engine/target.ts';
import { anyJson, mutated } from '../given/json.ts';
import { anyText, longText, piecesOf } from '../given/text.ts';

const pieces = [
  'up',
  'sum(',
  'rate(',
  ')',
  '[5m]',
  '[',
  ']',
  '{',
  '}',
  'job=',
  '"a"',
  "'",
  '"',
  '=~',
  '!=',
  ' by (x) ',
  ' offset 5m',
  '@ 1',
  ' + ',
  ' and ',
  '<pod>',
  '$pod',
  '{{ $labels.pod }}',
  '0x1p3',
  '1e999',
  'NaN',
  '-',
  '#x\n',
  '\\',
  '`',
  ':',
  '5m3',
  'histogram_quantile(0.9, ',
];
const query = fc.oneof(
  { weight: 8, arbitrary: piecesOf(pieces, 15) },
  { weight: 1, arbitrary: longText(fc.constantFrom(...pieces), 6000) },
  anyText,
);

export const promqlTexts = createTarget({
  name: 'promql-texts',
  promises:
    'any query is read or refused by the readers, its holes are found in it, and one read back from an address is the one that was written',
  share: 40,
  given: query,
  open: () => {},
  run(text) {
    const { parameters, fill } = openQuery(text);
    const unfilled = new Map(parameters.map(({ name }) => [name, 'x1']));
    assert.ok(parameters.length > 0 || fill(unfilled) === text);
    readPromql(text);
    const line = `curl -G --data-urlencode 'query=${text.replaceAll("'", '')}' http://prometheus:9090/api/v1/query`;
    const plain = text.replaceAll("'", '');
    // What ends the line for a shell, or cannot stand in one, is not asked.
    if (/^[\x20-\x7e]+$/.test(plain) && plain.trim() !== '') assert.equal(promqlOf(line)?.promql, plain);
    try {
      parsePromql(text);
    } catch (error) {
      assert.ok(error instanceof ParseError || error instanceof ExecutionError, String(error));
    }
  },
});

const point = fc.tuple(
  fc.constantFrom(1_773_482_400, 1_773_482_460.5, 1_773_568_800, -1, 253_402_300_799, -62_135_596_800, 1e300),
  fc.constantFrom('1', '0.5', 'NaN', '+Inf', '-Inf', '1e308', '-1e-320', '', 'x'),
);
const labels = fc.dictionary(fc.constantFrom('__name__', 'pod', 'job', 'ü'), anyText, { maxKeys: 3 });
const data = fc.oneof(
  fc.record({ resultType: fc.constant('vector'), result: fc.array(fc.record({ metric: labels, value: point }), { maxLength: 12 }) }),
  fc.record({
    resultType: fc.constant('matrix'),
    result: fc.array(fc.record({ metric: labels, values: fc.array(point, { maxLength: 12 }) }), { maxLength: 12 }),
  }),
  fc.record({ resultType: fc.constantFrom('scalar', 'string'), result: point }),
);
const envelope = mutated(
  fc.record({
    status: fc.constantFrom('success', 'success', 'error'),
    data,
    warnings: fc.array(anyText, { maxLength: 2 }),
    error: anyText,
    errorType: anyText,
  }),
  2,
);
const body = fc.oneof(
  { weight: 8, arbitrary: envelope.map((value) => JSON.stringify(value)) },
  anyJson.map((value) => JSON.stringify(value)),
  anyText,
);

export const promqlAnswers = createTarget({
  name: 'promql-answers',
  promises: 'whatever a Prometheus answers becomes numbers or a reason, is described in a sentence, and is drawn as well-formed SVG',
  share: 15,
  given: fc.record({ status: fc.constantFrom(200, 400, 422, 502, 503), body }),
  open: () => {},
  run(http) {
    const read = readAnswer(http);
    if (read.type === 'failed') {
      assert.notEqual(read.reason.trim(), '');
      assert.ok(read.reason.length < 1000, `the reason has ${read.reason.length} characters`);
    }
    const number = readNumber(read);
    if ('value' in number) assert.ok(Number.isFinite(number.value));
    const answer = readQueryAnswer('up', http.body);
    if (answer === undefined) return;
    const { sentence, table } = describeAnswer(answer, { unit: '%' });
    assert.notEqual(sentence.trim(), '');
    for (const row of table.rows) assert.equal(row.length, table.columns.length);
    const svg = pictureSvg(answer, { title: 'x', threshold: 3, incidentStart: new Date(1_773_482_430_000) });
    assert.ok(svg.startsWith('<svg') && svg.endsWith('</svg>'));
    assert.doesNotMatch(svg, /="[^"]*(?:NaN|Infinity)/);
    // XML 1.0 has no form for most control characters and for halves of surrogate pairs.
    assert.doesNotMatch(svg, /(?![\t\n\r])\p{Cc}(?<![\x7F-\x9F])|[\uFFFE\uFFFF]/u);
    assert.ok(svg.isWellFormed());
  },
});
