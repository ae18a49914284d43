import { badRequest } from './status.ts';
import { at, listAt, numberAt, textAt, treeAt, textsOf, treesAt } from './tree.ts';
import type { Tree, Value } from './tree.ts';

type Labels = Readonly<Record<string, string>>;
type Test = (labels: Labels) => boolean;

const key = String.raw`[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?`;
const value = String.raw`(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?`;
const forms: readonly { pattern: RegExp; test: (name: string, operand: string) => Test }[] = [
  { pattern: new RegExp(`^!\\s*(${key})()$`), test: (name) => (labels) => labels[name] === undefined },
  { pattern: new RegExp(`^(${key})()$`), test: (name) => (labels) => labels[name] !== undefined },
  { pattern: new RegExp(`^(${key})\\s*==?\\s*(${value})$`), test: (name, operand) => (labels) => labels[name] === operand },
  { pattern: new RegExp(`^(${key})\\s*!=\\s*(${value})$`), test: (name, operand) => (labels) => labels[name] !== operand },
  { pattern: new RegExp(`^(${key})\\s+in\\s*\\(([^()]*)\\)$`), test: (name, operand) => (labels) => has(labels[name], operand) },
  { pattern: new RegExp(`^(${key})\\s+notin\\s*\\(([^()]*)\\)$`), test: (name, operand) => (labels) => !has(labels[name], operand) },
];

function has(label: string | undefined, words: string): boolean {
  return label !== undefined && words.split(',').some((word) => word.trim() === label);
}

/** Reads a label selector in its text form; throws 400 with the reason for one that is none. */
export function readLabelSelector(text: string): Test {
  const parts = text.split(/,(?![^()]*\))/).map((part) => part.trim());
  if (text.trim() === '') return () => true;
  const tests = parts.map((part) => {
    for (const { pattern, test } of forms) {
      const match = pattern.exec(part);
      if (match !== null) return test(match[1] ?? '', match[2] ?? '');
    }
    throw badRequest(whyNoRequirement(part));
  });
  return (labels) => tests.every((test) => test(labels));
}

const operators = ['in', 'notin', '=', '==', '!=', 'gt', 'lt'];

/** What the server's parser of selectors trips over. */
function whyNoRequirement(part: string): string {
  const [first = '', operator = '', third = '', fourth = ''] = part.match(/==|!=|[=!(),<>]|[^\s=!(),<>]+/g) ?? [];
  const isWord = (token: string): boolean => /^[^=!(),<>]+$/.test(token);
  if (!isWord(first)) return `found '${first}', expected: !, identifier, or 'end of string'`;
  if (!operators.includes(operator)) return `unable to parse requirement: found '${operator}', expected: ${operators.join(', ')}`;
  if (operator === 'in' || operator === 'notin') return `unable to parse requirement: found '${third}' expected: '('`;
  return isWord(third) && fourth !== ''
    ? `found '${fourth}', expected: ',' or 'end of string'`
    : `unable to parse requirement: found '${third}', expected: identifier`;
}

/** Whether labels meet a selector in its object form; an empty one matches everything, a missing one nothing. */
export function matches(selector: Value | undefined, labels: Labels): boolean {
  if (selector === undefined) return false;
  const wanted = textsOf(treeAt(selector, 'matchLabels'));
  if (Object.entries(wanted).some(([name, value]) => labels[name] !== value)) return false;
  return treesAt(selector, 'matchExpressions').every((expression) => meets(expression, labels));
}

function meets(expression: Tree, labels: Labels): boolean {
  const label = labels[textAt(expression, 'key')];
  const among = label !== undefined && listAt(expression, 'values').includes(label);
  switch (textAt(expression, 'operator')) {
    case 'In':
      return among;
    case 'NotIn':
      return !among;
    case 'Exists':
      return label !== undefined;
    case 'DoesNotExist':
      return label === undefined;
    default:
      return false;
  }
}

/** A selector in its object form as text, the way Scale and `kubectl` write it. */
export function selectorText(selector: Value | undefined): string {
  const labels = Object.entries(textsOf(treeAt(selector, 'matchLabels'))).map(([name, value]) => `${name}=${value}`);
  const expressions = treesAt(selector, 'matchExpressions').map((expression) => {
    const name = textAt(expression, 'key');
    const values = `(${textList(listAt(expression, 'values'))})`;
    const operator = textAt(expression, 'operator');
    if (operator === 'Exists') return name;
    if (operator === 'DoesNotExist') return `!${name}`;
    return `${name} ${operator === 'In' ? 'in' : 'notin'} ${values}`;
  });
  return [...labels, ...expressions].toSorted().join(',');
}

/** The fields that the real server can select by, beside name and namespace. */
const selectable: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  events: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  nodes: ['spec.unschedulable'],
  jobs: ['status.successful'],
  secrets: ['type'],
  services: ['spec.clusterIP', 'spec.type'],
  namespaces: ['status.phase'],
};

/** Reads a field selector for a kind; throws 400 for a field that the server does not select by. */
export function readFieldSelector(text: string, resource: string): (object: Tree) => boolean {
  const parts = text === '' ? [] : text.split(',');
  const tests = parts.map((part) => {
    const match = /^([^!=]+?)(!=|==?)(.*)$/.exec(part.trim());
    if (match === null) throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
    const [, field = '', operator = '', wanted = ''] = match;
    const own = Object.hasOwn(selectable, resource) ? selectable[resource] : undefined;
    if (!['metadata.name', 'metadata.namespace', ...(own ?? [])].includes(field))
      throw badRequest(
        own === undefined
          ? `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`
          : `field label not supported: ${field}`,
      );
    return (object: Tree) => (fieldText(object, field) === wanted) === (operator !== '!=');
  });
  return (object) => tests.every((test) => test(object));
}

function fieldText(object: Tree, field: string): string {
  if (field === 'source') return textAt(object, 'source', 'component');
  if (field === 'status.successful') return String(numberAt(object, 'status', 'succeeded'));
  const found = at(object, ...field.split('.'));
  if (found === undefined) return field === 'spec.unschedulable' || field === 'spec.hostNetwork' ? 'false' : '';
  return typeof found === 'string' ? found : JSON.stringify(found);
}

function textList(values: readonly Value[]): string {
  return values.filter((value) => typeof value === 'string').join(',');
}
