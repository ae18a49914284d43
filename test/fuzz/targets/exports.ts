import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { collectExport, toJson } from '../../../src/export/render.ts';
import { verifyExport } from '../../../src/export/verify.ts';
import { canonicalJson } from '../../../src/kernel/json.ts';
import type { Json } from '../../../src/kernel/json.ts';
import { createRunbookLibrary } from '../../../src/runbooks/library.ts';
import { shippedRunbook } from '../../chat/chat-desk.ts';
import { exampleIncident } from '../../export/example-incident.ts';
import { createTarget } from '../engine/target.ts';
import { anyJson, mutated } from '../given/json.ts';
import { anyText } from '../given/text.ts';

async function exportedJson(until: Parameters<typeof exampleIncident>[0]): Promise<Json> {
  const { desk, incident } = await exampleIncident(until);
  const document = await collectExport({ ...desk.store, clock: desk.clock, runbooks: createRunbookLibrary([shippedRunbook()]) }, incident);
  await desk.store.close();
  const json: Json = JSON.parse(toJson(document));
  return json;
}

const originals = await Promise.all([exportedJson('resolved'), exportedJson('opened')]);
const canonical = new Set(originals.map((document) => canonicalJson(document)));

const file = fc.oneof(
  { weight: 12, arbitrary: mutated(fc.constantFrom(...originals), 3).map((document) => JSON.stringify(document)) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...originals), fc.nat(30_000)).map(([document, at]) => JSON.stringify(document).slice(0, at)),
  },
  { weight: 1, arbitrary: anyJson.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: anyText },
);

export const exportFiles = createTarget({
  name: 'export-files',
  promises: 'a file that differs in anything from what was exported is never called good, and what is wrong is said',
  share: 12,
  given: fc.record({ file, anchor: fc.option(fc.oneof(anyText, fc.constant('0123456789ab')), { nil: undefined }) }),
  open: () => {},
  run({ file: text, anchor }) {
    const verdict = verifyExport(text, anchor === undefined ? {} : { anchor });
    assert.notEqual(verdict.message.trim(), '');
    assert.ok(Array.from(verdict.message).length <= 600, `the verdict has ${verdict.message.length} characters`);
    if (verdict.ok) assert.ok(canonical.has(canonicalJson(JSON.parse(text))), 'a changed file was called good');
  },
});
