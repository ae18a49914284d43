import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { slackMethods } from '../../src/slack/methods.ts';
import { hasShared, sharedDir } from '../support/shared.ts';

const contract = z.object({
  scope: z.object({ bot: z.array(z.string()).optional() }).optional(),
  no_scope_required: z.boolean().optional(),
});

describe.skipIf(!hasShared)('the table of called methods', () => {
  it.each(Object.entries(slackMethods))(
    '%s: the scope is what its contract asks for',
    (name, { scopes }: { scopes: readonly string[] }) => {
      const { scope } = contract.parse(JSON.parse(readFileSync(join(sharedDir, 'slack', 'methods', `${name}.json`), 'utf8')));
      const asked = scope?.bot ?? [];
      if (asked.length === 0) expect(scopes).toEqual([]);
      // A method of conversations lists a scope for each kind of channel, of which any one will do.
      else expect(scopes.filter((one) => asked.includes(one))).toHaveLength(1);
    },
  );
});
