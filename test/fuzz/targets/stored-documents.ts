import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { TocsinError } from '../../../src/kernel/errors.ts';
import type { Json } from '../../../src/kernel/json.ts';
import { documents } from '../../../src/store/documents.ts';
import { exampleAlert, exampleDelivery, exampleEntries, exampleIncident, exampleOutboxMessage } from '../../support/examples.ts';
import { createTarget } from '../engine/target.ts';
import { anyJson, mutated } from '../given/json.ts';

const plain = (document: object): Json => {
  const json: Json = JSON.parse(JSON.stringify(document));
  return json;
};
const kinds = [
  { kind: documents.incident, example: plain(exampleIncident()) },
  { kind: documents.alert, example: plain(exampleAlert()) },
  { kind: documents.delivery, example: plain(exampleDelivery()) },
  { kind: documents.outboxMessage, example: plain(exampleOutboxMessage()) },
  { kind: documents.entry, example: plain(exampleEntries('inc_1')[0] ?? {}) },
] as const;
const stored = fc.oneof(
  ...kinds.map(({ kind, example }) =>
    fc.record({ kind: fc.constant(kind), value: fc.oneof({ weight: 9, arbitrary: mutated(fc.constant(example), 3) }, anyJson) }),
  ),
);

export const storedDocuments = createTarget({
  name: 'stored-documents',
  promises: 'a damaged document of the store is refused by name, and one that is taken stays what it was',
  share: 30,
  given: stored,
  open: () => {},
  run({ kind, value }) {
    const text = JSON.stringify(value);
    try {
      assert.equal(JSON.stringify(kind.parseText(text)), text);
    } catch (error) {
      if (!(error instanceof TocsinError)) throw error;
      assert.ok(error.code === 'internal' || error.code === 'precondition', error.code);
      assert.match(error.message, /stored/);
    }
  },
});
