import { afterEach, beforeEach, it } from 'vitest';
import { createAlertmanagerApi } from '../../src/simulator/alertmanager/api.ts';
import type { AlertmanagerApi } from '../../src/simulator/alertmanager/api.ts';
import { fingerprintOf } from '../../src/simulator/alertmanager/fingerprint.ts';
import type { SimulatedAlert } from '../../src/simulator/alertmanager/state.ts';
import { seedAlert, startWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

let world: World;
let api: AlertmanagerApi;
let held: SimulatedAlert[];

const minuteMs = 60_000;

beforeEach(async () => {
  held = [];
  world = await startWorld({
    settings: { alertmanager: { receivers: ['tocsin'] } },
    alertmanager: async (clock) => {
      api = createAlertmanagerApi({ alerts: () => held, clock });
      return (await api.listen()).url;
    },
  });
});
afterEach(async () => {
  await world.end();
  await api.close();
});

it('an alert of which no webhook came gets its thread, and is cleared when Alertmanager forgets it', async () => {
  const { labels } = seedAlert;
  const startsAt = world.clock.now().getTime();
  held = [{ fingerprint: fingerprintOf(labels), labels, annotations: {}, generatorUrl: '', startsAt }];
  await world.slack.passes(4 * minuteMs);
  await world.slack.channel('#incidents').expectMessage(/INC-1/);
  await world.slack.passes(6 * minuteMs);
  held = [];
  await world.slack.passes(9 * minuteMs);
  const ana = world.slack.person('ana');
  await ana.types('/incident timeline INC-1', { in: world.slack.channel('#incidents') });
  await ana.seesOnlyToThem(
    /No longer known to Alertmanager: VideoProcessingErrorBudgetExhausted gpu-worker\.[^]* has cleared on gpu-worker/,
  );
});

it('the doctor tells what is compared, that Alertmanager is away, and that a watchdog is silent', async () => {
  const ana = world.slack.person('ana');
  const channel = world.slack.channel('#engineering');
  for (let count = 0; count < 4; count += 1) {
    await world.notify({ labels: { alertname: 'Watchdog', cluster: 'eu' } });
    await world.slack.passes(2 * minuteMs);
  }
  await ana.types('/incident doctor', { in: channel });
  await ana.seesOnlyToThem(/All is well\.[^]*compared with Alertmanager [^]*ago · Watchdog \(eu\) 2 min[^]*ago/);
  await api.close();
  await world.slack.passes(16 * minuteMs);
  await world.slack.channel('#incidents').expectMessage(/No Watchdog from Alertmanager \(cluster eu\) for 15 minutes/);
  await ana.types('/incident doctor', { in: channel });
  await ana.seesOnlyToThem(
    /No Watchdog \(eu\)[^]*alerts may not be arriving[^]*Not compared with Alertmanager[^]*cannot be asked[^]*last webhook 1[78] min ago/,
  );
});
