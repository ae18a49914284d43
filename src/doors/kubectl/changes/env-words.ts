import type { JsonObject } from '../../../kernel/json.ts';
import { quoted } from '../go-format.ts';
import { objectAt, textAt } from '../json-fields.ts';
import { KubectlError } from '../kubectl-error.ts';

/** Variables to set, as the API has them, and the names of those to take away. */
export type EnvChanges = { set: readonly JsonObject[]; remove: readonly string[] };

const nameForm = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;
const nameRule =
  "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')";

/** Words that name objects, and those about variables after them. */
export function splitEnv(args: readonly string[]): { resources: readonly string[]; variables: readonly string[] } {
  const isVariable = (word: string): boolean => /^.+=/s.test(word) || word.endsWith('-');
  const first = args.findIndex((word) => isVariable(word));
  if (first < 0) return { resources: args, variables: [] };
  const variables = args.slice(first);
  if (!variables.every((word) => isVariable(word)))
    throw new KubectlError(`all resources must be specified before environment changes: ${args.join(' ')}`);
  return { resources: args.slice(0, first), variables };
}

/** KEY=VALUE, KEY- and "-" for lines of KEY=VALUE on stdin. */
export function parseEnv(words: readonly string[], stdin: string): EnvChanges {
  const set: JsonObject[] = [];
  const remove: string[] = [];
  for (const word of words) {
    const equals = word.indexOf('=');
    if (word === '-') set.push(...stdinVariables(stdin));
    else if (equals >= 0) set.push(variableOf(word, equals));
    else if (word.endsWith('-')) remove.push(word.slice(0, -1));
    else throw new KubectlError(`unknown environment variable: ${word}`);
  }
  if (remove.some((name) => set.some((variable) => variable['name'] === name))) {
    throw new KubectlError('can not both modify and remove the same environment variable in the same command');
  }
  return { set, remove };
}

function variableOf(word: string, equals: number): JsonObject {
  const name = word.slice(0, equals);
  const faults = [...(nameForm.test(name) ? [] : [nameRule]), ...pathFaults(name)];
  if (faults.length > 0) throw new KubectlError(`${quoted(name)} is not a valid key name: ${faults.join(';')}`);
  return { name, value: word.slice(equals + 1) };
}

function pathFaults(name: string): readonly string[] {
  if (name === '.' || name === '..') return [`must not be '${name}'`];
  return name.startsWith('..') ? ["must not start with '..'"] : [];
}

function stdinVariables(stdin: string): readonly JsonObject[] {
  return stdin.split('\n').flatMap((line) => {
    const text = line.replace(/#.*$/, '');
    const equals = text.indexOf('=');
    return equals < 0 ? [] : [{ name: text.slice(0, equals), value: text.slice(equals + 1) }];
  });
}

/** kubectl's order: changed variables keep their place, new ones come last, and an added one replaces all of its name. */
export function withEnv(existing: readonly JsonObject[], changes: EnvChanges): readonly JsonObject[] {
  const covered = new Set(changes.remove);
  const result: JsonObject[] = [];
  const newest = (name: string): JsonObject | undefined => changes.set.find((variable) => variable['name'] === name);
  for (const variable of existing) {
    const name = textAt(variable, 'name');
    if (covered.has(name)) continue;
    const newer = newest(name);
    if (newer !== undefined) covered.add(name);
    result.push(newer ?? variable);
  }
  for (const variable of changes.set) {
    const name = textAt(variable, 'name');
    if (!covered.has(name)) result.push(variable);
    covered.add(name);
  }
  return result;
}

/** A variable as `--list` shows it: its value, or where the value comes from. */
export function envLine(variable: JsonObject): string {
  const name = textAt(variable, 'name');
  const from = objectAt(variable, 'valueFrom');
  return from === undefined ? `${name}=${textAt(variable, 'value')}\n` : `# ${name} from ${sourceWords(from)}\n`;
}

function sourceWords(from: JsonObject): string {
  const [map, secret, field, resource] = ['configMapKeyRef', 'secretKeyRef', 'fieldRef', 'resourceFieldRef'].map((key) =>
    objectAt(from, key),
  );
  if (map !== undefined) return `configmap ${textAt(map, 'name')}, key ${textAt(map, 'key')}`;
  if (secret !== undefined) return `secret ${textAt(secret, 'name')}, key ${textAt(secret, 'key')}`;
  if (field !== undefined) return `field path ${textAt(field, 'fieldPath')}`;
  if (resource === undefined) return 'invalid valueFrom';
  const container = textAt(resource, 'containerName');
  return `resource field ${container === '' ? '' : `${container}/`}${textAt(resource, 'resource')}`;
}
