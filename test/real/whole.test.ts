import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Tocsin } from '../../src/bot.ts';
import { verifyExport } from '../../src/export/verify.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { startTocsin } from '../../src/main.ts';
import { exampleWorkspace } from '../../src/simulator/slack/example-workspace.ts';
import { createSlackWorkspace } from '../../src/simulator/slack/workspace.ts';
import { slackStory } from '../language/slack.ts';
import type { MessageStory, SlackStory } from '../language/slack.ts';
import { apiToken, testConfig, webhookToken } from '../support/world.ts';
import { mongoServer, startMongoServer } from './servers/ferretdb.ts';
import { alertmanagerProgram, startAlertmanager } from './support/alertmanager.ts';
import { freePort } from './support/program.ts';
import { prometheusProgram, startPrometheus } from './support/prometheus.ts';
import { requireOrSkip } from './support/require.ts';

const monitoring = alertmanagerProgram !== undefined && prometheusProgram !== undefined;
const describeReal = requireOrSkip(
  'Prometheus with Alertmanager, and a MongoDB server',
  monitoring && mongoServer.present,
  `install the packages prometheus and prometheus-alertmanager, and ${mongoServer.how}`,
);

/** Fires on the last seconds, so that the test sees it end; the card's own query looks at the last hour. */
const rule = {
  alert: 'VideoProcessingErrorBudgetExhausted',
  expr: 'sum(rate(video_processing_errors_total[6s])) / sum(rate(video_processing_total[6s])) * 100 > 1',
  labels: { severity: 'critical', service: 'video-processing' },
  annotations: {
    summary: 'Video processing error rate is above 1 %',
    runbook_url: 'https://runbooks.example.com/video-processing-error-budget.md',
  },
};

/** A service with two counters: each scrape finds 100 more videos, of which some failed. */
async function startService() {
  let [total, errors, failing] = [0, 0, 0];
  const server = createServer((_request, response) => {
    total += 100;
    errors += failing;
    const body = `# TYPE video_processing_total counter\nvideo_processing_total ${total}\n# TYPE video_processing_errors_total counter\nvideo_processing_errors_total ${errors}\n`;
    response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4' }).end(body);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    target: `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    failEach100(count: number) {
      failing = count;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

describeReal('a real alert, on a real Prometheus, Alertmanager and MongoDB-wire server', () => {
  const running: { stop(): Promise<void> }[] = [];
  let service: Awaited<ReturnType<typeof startService>>;
  let tocsin: Tocsin;
  let slack: SlackStory;
  let card: MessageStory;

  beforeAll(async () => {
    const keep = <Part extends { stop(): Promise<void> }>(part: Part): Part => {
      running.push(part);
      return part;
    };
    service = keep(await startService());
    const mongo = keep(await startMongoServer());
    const workspace = await createSlackWorkspace({ ...exampleWorkspace(), clock: systemClock, log: silentLog });
    const page = await workspace.listen({ port: 0 });
    keep({
      async stop() {
        await page.close();
        await workspace.close();
      },
    });
    const botPort = await freePort();
    const alertmanager = keep(
      await startAlertmanager({ webhookUrl: `http://127.0.0.1:${botPort}/webhooks/alertmanager`, token: webhookToken }),
    );
    const prometheus = keep(await startPrometheus({ target: service.target, alertmanagerUrl: alertmanager.url, rules: [rule] }));
    const places = {
      storeUrl: mongo.urlFor(`whole_${process.pid}`),
      slackApiUrl: page.apiUrl,
      prometheusUrl: prometheus.url,
      port: botPort,
    };
    tocsin = keep(await startTocsin(testConfig(places, { measureEverySeconds: 5 }), { clock: systemClock, log: silentLog }));
    workspace.setRequestUrl(tocsin.slackUrl ?? '');
    slack = slackStory(workspace, { ceilingMs: 90_000 });
  });
  afterAll(async () => {
    for (const part of running.toReversed()) await part.stop();
  });

  it('opens a thread whose rate is what Prometheus says', async () => {
    service.failEach100(8);
    card = await slack.channel('#incidents').expectMessage(/INC-\d+/);
    await card.expectText(/Critical/);
    await card.expectText(/Video Processing Error Budget Exhausted/);
    await card.expectText(/Current error rate: \*8%\*/);
    await card.thread.expectReply(/Internal Update/);
    await slack.channel('#oncall').expectMessage(/INC-\d+/);
  });

  it('is acknowledged, and its end is seen when the alert ends', async () => {
    const incidents = slack.channel('#incidents');
    await slack.person('ana').types('/incident ack', { in: incidents });
    await card.expectText(/Acknowledged/);
    service.failEach100(0);
    await card.thread.expectReply(/alerts have cleared/i);
    await card.expectText(/0 firing|cleared/i);
    await slack.person('ana').types('/incident resolve Rolled back the GPU image', { in: incidents });
    await card.expectText(/Resolved/);
    await card.thread.expectReply(/Rolled back the GPU image/);
  });

  it('leaves an export that verifies', async () => {
    const number = /INC-(\d+)/.exec(card.now().visibleText)?.[1] ?? '';
    const address = new URL(`/exports/INC-${number}.json`, tocsin.webhookUrl);
    const response = await fetch(address, { headers: { Authorization: `Bearer ${apiToken}` } });
    expect(verifyExport(await response.text())).toMatchObject({ ok: true, incident: `INC-${number}` });
  });
});
