import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { fillParameters, fillQuery } from '../../../src/reading/fill.ts';
import { readCommand } from '../../../src/reading/read-command.ts';
import { logicalLineAt } from '../../../src/runbooks/logical-lines.ts';
import { promqlOf } from '../../../src/runbooks/promql-in-curl.ts';
import { createTarget } from '../engine/target.ts';
import { commandLine } from '../given/commands.ts';
import { anyText } from '../given/text.ts';

const value = fc.oneof({ weight: 2, arbitrary: fc.constantFrom('web-1', 'prod', '5', '1h', 'a b', '-x', '$(x)', '{}') }, anyText);

export const commandLines = createTarget({
  name: 'command-lines',
  promises: 'any line is read without an error, and what is put into its holes stays values',
  share: 40,
  given: fc.record({ line: commandLine, value }),
  open: () => {},
  run({ line, value: given }) {
    const reading = readCommand(line);
    if (!reading.executable) assert.equal(reading.kindOnceFilled, 'manual');
    if (reading.kind === 'manual') assert.notEqual((reading.reason ?? '').trim(), '', 'manual, and nobody says why');
    if (reading.kind === 'parameters') assert.ok(reading.parameters.length > 0);
    const values = Object.fromEntries(reading.parameters.map(({ name }) => [name, given]));
    const filled = fillParameters(line, values);
    if (filled.ok) {
      // A patch is JSON in single quotes; everything else is carried beside the script.
      for (const carried of Object.values(filled.variables)) assert.equal(carried, given);
      assert.ok(reading.parameters.length === 0 || given !== '');
    } else assert.ok(filled.problems.every((problem) => problem.trim() !== ''));
    fillQuery(line, values);
    promqlOf(line);
    const lines = line.split('\n');
    assert.ok(logicalLineAt(lines, 0) !== undefined);
  },
});
