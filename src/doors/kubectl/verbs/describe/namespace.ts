import type { JsonObject } from '../../../../kernel/json.ts';
import { longTime } from '../../go-format.ts';
import { compareText, objectAt, objectsAt, stringsAt, textAt, textsAt } from '../../json-fields.ts';
import { type Describer, listOf, nameOf, writeMetadata, writeName } from './reading.ts';
import { type Sheet } from './sheet.ts';

export const namespace: Describer = {
  events: 'none',
  describe: (object, reading) => async (sheet) => {
    const quotas = await listOf(reading, 'resourcequotas', { namespace: nameOf(object) });
    const limits = await listOf(reading, 'limitranges', { namespace: nameOf(object) });
    sheet.line(0, `Name:\t${nameOf(object)}`);
    writeMetadata(sheet, object);
    sheet.line(0, `Status:\t${textAt(object, 'status', 'phase')}`);
    writeConditions(sheet, objectsAt(object, 'status', 'conditions'));
    sheet.line(0, '');
    writeQuotas(sheet, quotas);
    sheet.line(0, '');
    writeLimitRanges(sheet, limits);
  },
};

function writeConditions(sheet: Sheet, conditions: readonly JsonObject[]): void {
  if (conditions.length === 0) return;
  sheet.line(0, 'Conditions:');
  sheet.line(1, 'Type\tStatus\tLastTransitionTime\tReason\tMessage');
  sheet.line(1, '----\t------\t------------------\t------\t-------');
  for (const condition of conditions) {
    const [type, status, reason, message] = ['type', 'status', 'reason', 'message'].map((field) => textAt(condition, field));
    sheet.line(1, [type, status, longTime(textAt(condition, 'lastTransitionTime')), reason, message].join('\t'));
  }
}

const scopeHelp: Readonly<Record<string, string>> = {
  Terminating:
    'Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.',
  NotTerminating:
    'Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.',
  BestEffort: 'Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort:
    'Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.',
};

function writeQuotas(sheet: Sheet, quotas: readonly JsonObject[]): void {
  if (quotas.length === 0) return sheet.line(0, 'No resource quota.');
  sheet.line(0, 'Resource Quotas');
  for (const quota of quotas.toSorted((a, b) => compareText(nameOf(a), nameOf(b)))) {
    sheet.line(1, `Name:\t${nameOf(quota)}`);
    writeScopes(sheet, quota, { level: 1, bullet: '* ' });
    sheet.line(1, 'Resource\tUsed\tHard');
    sheet.line(1, '--------\t---\t---');
    writeUse(sheet, quota, 1);
  }
}

function writeScopes(sheet: Sheet, quota: JsonObject, { level, bullet }: { level: number; bullet: string }): void {
  const scopes = [...stringsAt(quota, 'spec', 'scopes')].sort(compareText);
  if (scopes.length === 0) return;
  sheet.line(level, `Scopes:\t${scopes.join(', ')}`);
  for (const scope of scopes) if (scopeHelp[scope] !== undefined) sheet.line(level, `${bullet}${scopeHelp[scope]}`);
}

function writeUse(sheet: Sheet, quota: JsonObject, level: number): void {
  for (const [name, hard] of textsAt(quota, 'status', 'hard')) {
    sheet.line(level, `${name}\t${textAt(quota, 'status', 'used', name) || '0'}\t${hard}`);
  }
}

export const resourceQuota: Describer = {
  events: 'none',
  describe: (object) => (sheet) => {
    writeName(sheet, object);
    writeScopes(sheet, object, { level: 0, bullet: ' * ' });
    sheet.line(0, 'Resource\tUsed\tHard');
    sheet.line(0, '--------\t----\t----');
    writeUse(sheet, object, 0);
  },
};

function writeLimitRanges(sheet: Sheet, ranges: readonly JsonObject[]): void {
  if (ranges.length === 0) return sheet.line(0, 'No LimitRange resource.');
  sheet.write(0, 'Resource Limits\n');
  writeLimitHead(sheet, ' ');
  for (const range of ranges) writeLimits(sheet, range, ' ');
}

function writeLimitHead(sheet: Sheet, space: string): void {
  sheet.line(0, `${space}Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio`);
  sheet.line(0, `${space}----\t--------\t---\t---\t---------------\t-------------\t-----------------------`);
}

function writeLimits(sheet: Sheet, range: JsonObject, space: string): void {
  const fields = ['min', 'max', 'defaultRequest', 'default', 'maxLimitRequestRatio'];
  for (const limit of objectsAt(range, 'spec', 'limits')) {
    const names = new Set(fields.flatMap((field) => Object.keys(objectAt(limit, field) ?? {})));
    for (const name of [...names].sort(compareText)) {
      const values = fields.map((field) => textAt(limit, field, name) || '-');
      sheet.line(0, `${space}${textAt(limit, 'type')}\t${name}\t${values.join('\t')}`);
    }
  }
}

export const limitRange: Describer = {
  events: 'none',
  describe: (object) => (sheet) => {
    writeName(sheet, object);
    writeLimitHead(sheet, '');
    writeLimits(sheet, object, '');
  },
};
