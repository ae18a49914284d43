import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { notification, runbooksDir, seedAlert, webhookToken } from '../support/world.ts';
import { promtoolProgram } from './support/backfilled-prometheus.ts';
import { freePort } from './support/program.ts';
import { requireOrSkip } from './support/require.ts';
import { serveTocsin } from './support/tocsin.ts';
import type { ServingTocsin } from './support/tocsin.ts';

const describeReal = requireOrSkip('promtool', promtoolProgram !== undefined, 'install the package prometheus');

const projectFile = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Prometheus' own tool: its exit status and all that it said. */
function promtool(args: readonly string[], input = ''): Promise<{ exitCode: number; printed: string }> {
  return new Promise((resolve) => {
    const child = execFile(promtoolProgram ?? '', args, (error, stdout, stderr) =>
      resolve({ exitCode: error === null ? 0 : Number(error.code), printed: stdout + stderr }),
    );
    child.stdin?.end(input);
  });
}

describeReal('what Prometheus itself says of', () => {
  let folder = '';
  let bot: ServingTocsin;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-metrics-'));
    writeFileSync(join(folder, 'tocsin.yaml'), JSON.stringify({ runbooks: { dir: runbooksDir } }));
    bot = await serveTocsin({
      folder,
      env: {
        HOST: '127.0.0.1',
        PORT: '0',
        SLACK_PORT: '0',
        STORE_URL: `file:${join(folder, 'tocsin.db')}`,
        WEBHOOK_TOKEN: webhookToken,
        API_TOKEN: 'the-api-token-of-the-tests',
        SLACK_BOT_TOKEN: 'xoxb-nobody-listens',
        SLACK_SIGNING_SECRET: 'the-signing-secret-of-the-tests',
        SLACK_API_URL: `http://127.0.0.1:${await freePort()}/api/`,
      },
    });
  });
  afterAll(async () => {
    await bot.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('a scrape of a bot in a process of its own: each metric is named and described as it should be', async () => {
    const odd = { ...seedAlert, labels: { ...seedAlert.labels, team: 'a"b\\c\nd', pod: 'ü' } };
    for (const alert of [seedAlert, odd]) {
      const headers = { Authorization: `Bearer ${webhookToken}` };
      expect((await fetch(bot.webhookUrl, { method: 'POST', headers, body: notification([alert]) })).status).toBe(200);
    }
    const response = await fetch(new URL('/metrics', bot.webhookUrl));
    const text = await response.text();
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(text).toContain('tocsin_webhook_requests_total{outcome="accepted"} 2');
    expect(text).toMatch(/^tocsin_build_info\{version="\d[^"]*",node="v\d[^"]*"\} 1$/m);
    expect(await promtool(['check', 'metrics'], text)).toEqual({ exitCode: 0, printed: '' });
  });

  it('its alert rules, and the example ones: they can be loaded, and fire when they should and not before', async () => {
    for (const file of ['deploy/prometheus-rules.yaml', 'runbooks/alerts/video-processing.yaml'])
      expect(await promtool(['check', 'rules', projectFile(file)])).toMatchObject({ exitCode: 0 });
    expect(await promtool(['test', 'rules', projectFile('test/real/prometheus-rules.test.yaml')])).toMatchObject({ exitCode: 0 });
  });

  it('a metric that is named as it should not be, so that the tests above can fail', async () => {
    const bad = '# HELP tocsin_things_total Things\n# TYPE tocsin_things_total gauge\ntocsin_things_total 1\n';
    expect(await promtool(['check', 'metrics'], bad)).toMatchObject({ exitCode: 3, printed: expect.stringContaining('_total') });
  });
});
