import type { Incident } from '../../src/incidents/incident.ts';
import { sha256 } from '../../src/kernel/hash.ts';
import { seedAlert } from '../support/world.ts';
import type { TestAlert } from '../support/world.ts';
import type { DeliveryWorld } from './delivery-world.ts';

/** How long to wait after each act: this many milliseconds, or until everything is in Slack. */
type Gap = number | 'rest';

/** The seed's alert, from another service for each incident so that each gets its own. */
function alertOf(service: string): TestAlert {
  const fingerprint = sha256(service).slice(0, 16);
  return { ...seedAlert, labels: { ...seedAlert.labels, service, deployment: `${service}-worker` }, fingerprint };
}

const gatheringMs = 50;

/** What people and alerts do in the life of one incident, in order; each act leaves something in its thread. */
export const acts = ['alert', 'ack', 'note', 'update', 'clear', 'resolve'] as const;
type Act = (typeof acts)[number];

export async function perform(world: DeliveryWorld, service: string, act: Act): Promise<void> {
  if (act === 'alert' || act === 'clear') {
    const ended = act === 'alert' ? {} : { status: 'resolved' as const, endsAt: world.clock.now().toISOString() };
    const status = await world.notify({ ...alertOf(service), ...ended });
    if (status !== 200) throw new Error(`the webhook answered ${status}`);
    // The ingest gathers what comes in quick succession; what people do next shall find it done.
    await world.passes(gatheringMs);
    return;
  }
  const name = `INC-${(await incidentOf(world, service)).number}`;
  const texts = {
    ack: `ack ${name}`,
    note: `note ${name} GPU nodes of ${service} are out of memory`,
    update: `update ${name} identified A bad deploy of ${service}`,
    resolve: `resolve ${name} Rolled ${service} back`,
  } as const;
  const outcome = await world.workspace.person('ana').command('C0ENGINEER0', `/incident ${texts[act]}`);
  if (!outcome.ok) throw new Error(`"${texts[act]}" was not acknowledged: ${outcome.error}`);
}

/** Lives through a whole incident of this service. */
export async function tell(world: DeliveryWorld, service: string, gap: Gap): Promise<void> {
  await perform(world, service, 'alert');
  await wait(world, gap);
  await tellRest(world, service, gap);
}

/** The same after its alert. */
export async function tellRest(world: DeliveryWorld, service: string, gap: Gap): Promise<void> {
  for (const act of acts.slice(1)) {
    await perform(world, service, act);
    await wait(world, gap);
  }
}

async function wait(world: DeliveryWorld, gap: Gap): Promise<void> {
  if (gap === 'rest') await world.rests();
  else await world.passes(gap);
}

/** The incident of a service; waits until the alert has been taken in. */
export async function incidentOf(world: DeliveryWorld, service: string): Promise<Incident> {
  for (let second = 0; second < 60; second += 1) {
    const found = (await world.store.incidents.list({ limit: 100 })).find((incident) => incident.service === service);
    if (found !== undefined) return found;
    await world.passes(second === 0 ? 0 : 1000);
  }
  throw new Error(`there is no incident of ${service}`);
}
