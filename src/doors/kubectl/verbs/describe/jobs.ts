import type { JsonObject } from '../../../../kernel/json.ts';
import { humanDuration, longTime } from '../../go-format.ts';
import { fieldAt, flagAt, numberAt, objectAt, objectsAt, textAt } from '../../json-fields.ts';
import { selectorQuery } from '../../selectors.ts';
import { writePodTemplate } from './pod-template.ts';
import { type Describer, writeController, writeMetadata, writeName } from './reading.ts';
import { none, type Sheet } from './sheet.ts';

const unset = '<unset>';
const given = (object: JsonObject | undefined, field: string): boolean => fieldAt(object, field) !== undefined;

export const job: Describer = {
  events: 'by kind',
  describe: (object) => (sheet) => {
    const spec = objectAt(object, 'spec');
    writeName(sheet, object);
    sheet.line(0, `Selector:\t${selectorQuery(objectAt(spec, 'selector')) ?? ''}`);
    writeMetadata(sheet, object);
    writeController(sheet, object);
    writeJobSpec(sheet, spec);
    writeJobTimes(sheet, object);
    if (given(spec, 'activeDeadlineSeconds')) sheet.line(0, `Active Deadline Seconds:\t${numberAt(spec, 'activeDeadlineSeconds')}s`);
    writeJobPods(sheet, object);
    writePodTemplate(sheet, objectAt(spec, 'template'));
  },
};

function writeJobSpec(sheet: Sheet, spec: JsonObject | undefined): void {
  if (given(spec, 'parallelism')) sheet.line(0, `Parallelism:\t${numberAt(spec, 'parallelism')}`);
  sheet.line(0, `Completions:\t${given(spec, 'completions') ? numberAt(spec, 'completions') : unset}`);
  if (given(spec, 'completionMode')) sheet.line(0, `Completion Mode:\t${textAt(spec, 'completionMode')}`);
  if (given(spec, 'suspend')) sheet.line(0, `Suspend:\t${flagAt(spec, 'suspend')}`);
  if (given(spec, 'backoffLimit')) sheet.line(0, `Backoff Limit:\t${numberAt(spec, 'backoffLimit')}`);
  if (given(spec, 'ttlSecondsAfterFinished')) sheet.line(0, `TTL Seconds After Finished:\t${numberAt(spec, 'ttlSecondsAfterFinished')}`);
}

function writeJobTimes(sheet: Sheet, object: JsonObject): void {
  const [start, end] = [textAt(object, 'status', 'startTime'), textAt(object, 'status', 'completionTime')];
  if (start !== '') sheet.line(0, `Start Time:\t${longTime(start)}`);
  if (end !== '') sheet.line(0, `Completed At:\t${longTime(end)}`);
  if (start !== '' && end !== '') sheet.line(0, `Duration:\t${humanDuration(Date.parse(end) - Date.parse(start))}`);
}

function writeJobPods(sheet: Sheet, object: JsonObject): void {
  const status = objectAt(object, 'status');
  const ready = given(status, 'ready') ? ` (${numberAt(status, 'ready')} Ready)` : '';
  const ended = `${numberAt(status, 'succeeded')} Succeeded / ${numberAt(status, 'failed')} Failed`;
  sheet.line(0, `Pods Statuses:\t${numberAt(status, 'active')} Active${ready} / ${ended}`);
  if (textAt(object, 'spec', 'completionMode') === 'Indexed')
    sheet.line(0, `Completed Indexes:\t${shortIndexes(textAt(status, 'completedIndexes'))}`);
}

function shortIndexes(indexes: string): string {
  if (indexes === '') return none;
  const comma = indexes.indexOf(',', 50);
  return comma < 0 ? indexes : `${indexes.slice(0, comma + 1)}...`;
}

export const cronJob: Describer = {
  events: 'by kind',
  describe: (object) => (sheet) => {
    const spec = objectAt(object, 'spec');
    const number = (field: string, unit = '') => (given(spec, field) ? `${numberAt(spec, field)}${unit}` : unset);
    writeName(sheet, object);
    writeMetadata(sheet, object);
    sheet.line(0, `Schedule:\t${textAt(spec, 'schedule')}`);
    sheet.line(0, `Concurrency Policy:\t${textAt(spec, 'concurrencyPolicy')}`);
    sheet.line(0, `Suspend:\t${given(spec, 'suspend') ? (flagAt(spec, 'suspend') ? 'True' : 'False') : unset}`);
    sheet.line(0, `Time Zone:\t${textAt(spec, 'timeZone') || unset}`);
    sheet.line(0, `Successful Job History Limit:\t${number('successfulJobsHistoryLimit')}`);
    sheet.line(0, `Failed Job History Limit:\t${number('failedJobsHistoryLimit')}`);
    sheet.line(0, `Starting Deadline Seconds:\t${number('startingDeadlineSeconds', 's')}`);
    writeJobTemplate(sheet, objectAt(spec, 'jobTemplate', 'spec'));
    const last = textAt(object, 'status', 'lastScheduleTime');
    sheet.line(0, `Last Schedule Time:\t${last === '' ? unset : longTime(last)}`);
    const active = objectsAt(object, 'status', 'active').map((reference) => textAt(reference, 'name'));
    sheet.line(0, `Active Jobs:\t${active.join(', ') || none}`);
  },
};

function writeJobTemplate(sheet: Sheet, spec: JsonObject | undefined): void {
  const selector = objectAt(spec, 'selector');
  const number = (field: string) => (given(spec, field) ? String(numberAt(spec, field)) : unset);
  sheet.line(0, `Selector:\t${selector === undefined ? unset : (selectorQuery(selector) ?? '')}`);
  sheet.line(0, `Parallelism:\t${number('parallelism')}`);
  sheet.line(0, `Completions:\t${number('completions')}`);
  if (given(spec, 'activeDeadlineSeconds')) sheet.line(0, `Active Deadline Seconds:\t${numberAt(spec, 'activeDeadlineSeconds')}s`);
  writePodTemplate(sheet, objectAt(spec, 'template'));
}
