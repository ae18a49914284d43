import type { JsonObject } from '../../../../kernel/json.ts';
import { compareText, fieldAt, numberAt, objectAt, textAt } from '../../json-fields.ts';
import { selectorText } from '../../selectors.ts';
import { type Sheet, writeItems } from './sheet.ts';

const by = (key: (object: JsonObject) => string) => (a: JsonObject, b: JsonObject) => compareText(key(a), key(b));

export function writeTolerations(sheet: Sheet, title: string, tolerations: readonly JsonObject[]): void {
  writeItems(sheet, title, tolerations.toSorted(by((toleration) => textAt(toleration, 'key'))).map(tolerationText));
}

function tolerationText(toleration: JsonObject): string {
  const [key, value, effect] = [textAt(toleration, 'key'), textAt(toleration, 'value'), textAt(toleration, 'effect')];
  const start = `${key}${value === '' ? '' : `=${value}`}${effect === '' ? '' : `:${effect}`}`;
  const exists = textAt(toleration, 'operator') === 'Exists' && value === '';
  const mark = exists ? (start === '' ? 'op=Exists' : ' op=Exists') : '';
  const seconds = fieldAt(toleration, 'tolerationSeconds');
  return `${start}${mark}${seconds === undefined ? '' : ` for ${numberAt(toleration, 'tolerationSeconds')}s`}`;
}

export function writeTaints(sheet: Sheet, taints: readonly JsonObject[]): void {
  const order = by((taint) => `${textAt(taint, 'effect')},${textAt(taint, 'key')}`);
  writeItems(
    sheet,
    'Taints',
    taints.toSorted(order).map((taint) => {
      const [key, value, effect] = [textAt(taint, 'key'), textAt(taint, 'value'), textAt(taint, 'effect')];
      if (effect === '') return value === '' ? key : `${key}=${value}:`;
      return value === '' ? `${key}:${effect}` : `${key}=${value}:${effect}`;
    }),
  );
}

export function writeSpread(sheet: Sheet, constraints: readonly JsonObject[], space: string): void {
  if (constraints.length === 0) return;
  const items = constraints.toSorted(by((constraint) => textAt(constraint, 'topologyKey'))).map((constraint) => {
    const selector = objectAt(constraint, 'labelSelector');
    const condition = `${textAt(constraint, 'topologyKey')}:${textAt(constraint, 'whenUnsatisfiable')}`;
    const skew = `when max skew ${numberAt(constraint, 'maxSkew')} is exceeded`;
    return `${condition} ${skew}${selector === undefined ? '' : ` for selector ${selectorText(selector)}`}`;
  });
  writeItems(sheet, `${space}Topology Spread Constraints`, items);
}
