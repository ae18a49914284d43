import { expect, it } from 'vitest';
import { documents } from '../../src/store/documents.ts';
import { exampleDelivery } from '../support/examples.ts';

it.each([
  ['dlv_1', 'The stored delivery dlv_1 is damaged'],
  [[{ toString: [] }], 'The stored delivery (no id) is damaged at "id"'],
  [undefined, 'The stored delivery (no id) is damaged at "id"'],
])('a damaged document is refused by its name, whatever stands there (%j)', (id, message) => {
  expect(() => documents.delivery.parse({ ...exampleDelivery(), id, state: 'gone' })).toThrow(message);
});
