import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { routingPolicy } from '../../../src/alerts/policy.ts';
import { describeProblems, readConfig, readSettings } from '../../../src/config/config.ts';
import { settingsSchema } from '../../../src/config/settings.ts';
import { TocsinError } from '../../../src/kernel/errors.ts';
import type { Json } from '../../../src/kernel/json.ts';
import { createTarget } from '../engine/target.ts';
import { anyJson, mutated } from '../given/json.ts';
import { anyText, piecesOf } from '../given/text.ts';

const whole: Json = {
  ...(JSON.parse(JSON.stringify(settingsSchema.parse({}))) as Record<string, Json>),
  access: {
    rules: [{ may: ['run', 'approve'], users: ['U1'], groups: ['sre'], namespaces: ['prod'], risks: ['low'], severities: ['info'] }],
  },
  people: { identities: [{ name: 'Ana', accounts: ['U1', 'U2'] }] },
  alarm: { webhookUrl: 'https://alarm.example.com/hook' },
};

const yamlPieces = [
  'a: ',
  '- ',
  '\n',
  '  ',
  '&a ',
  '*a',
  '<<: *a',
  '[',
  ']',
  '{',
  '}',
  '"',
  '!!binary x',
  '? ',
  '| \n',
  '> ',
  '# x',
  '---\n',
  '...\n',
  '%YAML 1.2\n',
  '\t',
  'alerts:',
  'runbooks: {dir: x}',
];
/** What writes YAML gives up on lists thousands deep; JSON is YAML, too. */
function yamlOf(value: Json): string {
  try {
    return stringify(value, { aliasDuplicateObjects: false });
  } catch (error) {
    if (error instanceof RangeError) return JSON.stringify(value);
    throw error;
  }
}

const file = fc.oneof(
  { weight: 5, arbitrary: mutated(fc.constant(whole)).map(yamlOf) },
  { weight: 1, arbitrary: anyJson.map((value) => JSON.stringify(value)) },
  { weight: 3, arbitrary: piecesOf(yamlPieces, 25) },
  {
    weight: 1,
    arbitrary: fc.constant(
      `a0: &a0 [x, x]\n${Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}, *a${n}]`).join('\n')}\n`,
    ),
  },
);

const good = {
  WEBHOOK_TOKEN: 'a-webhook-token-of-the-fuzz',
  API_TOKEN: 'an-api-token-of-the-fuzz',
  SLACK_BOT_TOKEN: 'xoxb-of-the-fuzz',
  SLACK_SIGNING_SECRET: 'signing-secret-of-the-fuzz',
};
const names = [
  ...Object.keys(good),
  'STORE_URL',
  'HOST',
  'PORT',
  'SLACK_PORT',
  'SLACK_APP_TOKEN',
  'SLACK_API_URL',
  'PROMETHEUS_URL',
  'PUBLIC_URL',
  'LOG_LEVEL',
  'KUBECONFIG',
];
const value = fc.oneof(
  anyText,
  fc.webUrl(),
  fc.integer().map(String),
  fc.constantFrom('0x10', '1e3', ' 80 ', 'mongodb://', 'file:', 'xapp-1', 'http://127.0.0.1:1/a?b#c', 'http://127.0.0.1.evil.example/'),
);
const changes = fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 3 });

export const configs = createTarget({
  name: 'configs',
  promises: 'any environment and settings file is taken, or refused with every problem, its place and no secret; what is taken is usable',
  share: 8,
  given: fc.record({ file, changes }),
  open: () => mkdtempSync(join(tmpdir(), 'tocsin-fuzz-')),
  run({ file: content, changes: changed }, folder) {
    const path = join(folder, 'tocsin.yaml');
    writeFileSync(path, content);
    const env = { ...good, ...Object.fromEntries(changed), TOCSIN_CONFIG: path };
    const outcome = readConfig(env);
    if (outcome.ok) {
      const { settings, PORT } = outcome.config;
      assert.ok(Number.isInteger(PORT) && PORT >= 0 && PORT <= 65_535);
      const { groupWindowMs, reopenWindowMs, resolveAfterMs = 0 } = routingPolicy(settings.alerts);
      for (const ms of [groupWindowMs, reopenWindowMs, resolveAfterMs, settings.keepDeliveriesDays * 86_400_000])
        assert.doesNotThrow(() => new Date(Date.UTC(2026, 2, 14) - ms).toISOString(), `${ms} ms is no time that a date can hold`);
      for (const { afterMinutes } of settings.escalation.steps)
        assert.doesNotThrow(() => new Date(Date.UTC(2026, 2, 14) + afterMinutes * 60_000).toISOString());
    } else {
      assert.ok(outcome.problems.length > 0);
      for (const { where, key, problem } of outcome.problems) for (const text of [where, key, problem]) assert.notEqual(text.trim(), '');
      const said = describeProblems(outcome.problems);
      for (const secret of Object.values(good)) assert.ok(!said.includes(secret), 'a problem names a secret');
    }
    try {
      readSettings(env);
    } catch (error) {
      assert.ok(error instanceof TocsinError && error.code === 'invalid', String(error));
    }
  },
  close: async (folder) => rmSync(folder, { recursive: true, force: true }),
});
