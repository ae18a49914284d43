import { selectorText } from '../selectors.ts';
import { at, numberAt, textAt, textsOf, treeAt, treesAt } from '../tree.ts';
import type { KubeObject } from '../tree.ts';
import { ageOf, humanDuration } from './ages.ts';
import { ageColumn, integer, nameColumn, orNone, templateColumns, text, wide, yesNo } from './column.ts';
import type { Column } from './column.ts';

const status = (name: string, key: string): Column => integer(name, (object) => numberAt(object, 'status', key));
const template = templateColumns('spec', 'template', 'spec');
const selector = wide(text('Selector', (object) => orNone(selectorText(at(object, 'spec', 'selector')))));
const ready = text('Ready', (object) => `${numberAt(object, 'status', 'readyReplicas')}/${numberAt(object, 'spec', 'replicas')}`);

function jobStatus(job: KubeObject): string {
  const has = (type: string): boolean =>
    treesAt(job, 'status', 'conditions').some((condition) => condition['type'] === type && condition['status'] === 'True');
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (at(job, 'metadata', 'deletionTimestamp') !== undefined) return 'Terminating';
  return has('Suspended') ? 'Suspended' : 'Running';
}

function jobDuration(job: KubeObject, now: Date): string {
  const started = Date.parse(textAt(job, 'status', 'startTime'));
  if (Number.isNaN(started)) return '';
  const ended = Date.parse(textAt(job, 'status', 'completionTime'));
  return humanDuration((Number.isNaN(ended) ? now.getTime() : ended) - started);
}

const labelText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');

export const workloadColumns: Readonly<Record<string, readonly Column[]>> = {
  deployments: [
    nameColumn,
    ready,
    status('Up-to-date', 'updatedReplicas'),
    status('Available', 'availableReplicas'),
    ageColumn,
    ...template,
    selector,
  ].map(asText),
  replicasets: [
    nameColumn,
    integer('Desired', (set) => numberAt(set, 'spec', 'replicas')),
    status('Current', 'replicas'),
    status('Ready', 'readyReplicas'),
    ageColumn,
    ...template,
    selector,
  ],
  statefulsets: [nameColumn, ready, ageColumn, ...template],
  daemonsets: [
    nameColumn,
    status('Desired', 'desiredNumberScheduled'),
    status('Current', 'currentNumberScheduled'),
    status('Ready', 'numberReady'),
    status('Up-to-date', 'updatedNumberScheduled'),
    status('Available', 'numberAvailable'),
    text('Node Selector', (set) => orNone(labelText(textsOf(treeAt(set, 'spec', 'template', 'spec', 'nodeSelector'))))),
    ageColumn,
    ...template,
    selector,
  ],
  jobs: [
    nameColumn,
    text('Status', jobStatus),
    text('Completions', (job) => `${numberAt(job, 'status', 'succeeded')}/${numberAt(job, 'spec', 'completions')}`),
    text('Duration', jobDuration),
    ageColumn,
    ...template,
    selector,
  ],
  cronjobs: [
    nameColumn,
    text('Schedule', (job) => textAt(job, 'spec', 'schedule')),
    text('Timezone', (job) => orNone(textAt(job, 'spec', 'timeZone'))),
    yesNo('Suspend', (job) => (at(job, 'spec', 'suspend') === true ? 'True' : 'False')),
    integer('Active', (job) => treesAt(job, 'status', 'active').length),
    text('Last Schedule', (job, now) =>
      textAt(job, 'status', 'lastScheduleTime') === '' ? '<none>' : ageOf(textAt(job, 'status', 'lastScheduleTime'), now),
    ),
    ageColumn,
    ...templateColumns('spec', 'jobTemplate', 'spec', 'template', 'spec'),
    wide(text('Selector', () => '<none>')),
  ],
  controllerrevisions: [
    nameColumn,
    text('Controller', (revision) => controllerText(revision)),
    text('Revision', (revision) => numberAt(revision, 'revision')),
    ageColumn,
  ],
};

/** The server declares the counts of deployments as text, although they are numbers. */
function asText(column: Column): Column {
  return column.type === 'integer' ? { ...column, type: 'string' } : column;
}

function controllerText(revision: KubeObject): string {
  const owner = treesAt(revision, 'metadata', 'ownerReferences').find((reference) => reference['controller'] === true);
  return owner === undefined ? '<none>' : `${textAt(owner, 'kind').toLowerCase()}.apps/${textAt(owner, 'name')}`;
}
