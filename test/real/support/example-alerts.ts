import { sha256 } from '../../../src/kernel/hash.ts';
import type { TestAlert } from '../../support/world.ts';

function exampleAlert(name: string, severity: string): TestAlert {
  const id = sha256(name).slice(0, 16);
  return { labels: { alertname: 'Trouble', severity, service: `service-${id}` }, annotations: { summary: name }, fingerprint: id };
}

/** An alert with an incident and a thread of its own; `name` is its summary. */
export function threadAlert(name: string): TestAlert {
  return exampleAlert(name, 'warning');
}

/** An alert with an incident of its own that is recorded and has no thread: Slack's pace does not matter. */
export function quietAlert(name: string): TestAlert {
  return exampleAlert(name, 'info');
}
