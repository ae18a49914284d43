import type { Json, JsonObject } from '../../../kernel/json.ts';
import { compareText } from '../json-fields.ts';
import { KubectlError } from '../kubectl-error.ts';
import { goText, isList } from './go-json.ts';
import { callFunction, isTrue } from './go-template-functions.ts';
import { parseTemplate, type TemplateNode, type Term } from './go-template-parser.ts';

type Value = Json | undefined;
type Scope = { dot: Value; variables: ReadonlyMap<string, Value>; allowMissing: boolean; budget: { rounds: number } };

/** Loops within loops multiply, and a number may be ranged over: a template goes round this often, all its loops together. */
const maxRounds = 1_000_000;

/** `-o go-template=...`: reads the template at once and prints objects with it. */
export function createGoTemplate(template: string, allowMissing: boolean): (object: JsonObject) => string {
  const nodes = parseTemplate(template);
  return (object) => runNodes(nodes, { dot: object, variables: new Map([['$', object]]), allowMissing, budget: { rounds: maxRounds } });
}

function runNodes(nodes: readonly TemplateNode[], scope: Scope): string {
  let inner = scope;
  let text = '';
  for (const node of nodes) {
    if (node.type === 'assign') inner = { ...inner, variables: new Map([...inner.variables, [node.name, valueOf(node.term, inner)]]) };
    else text += runNode(node, inner);
  }
  return text;
}

function runNode(node: Exclude<TemplateNode, { type: 'assign' }>, scope: Scope): string {
  if (node.type === 'text') return node.text;
  const value = valueOf(node.term, scope);
  if (node.type === 'print') return value === undefined || value === null ? '<no value>' : goText(value);
  if (node.type === 'range') return runRange(node, value, scope);
  if (!isTrue(value)) return runNodes(node.otherwise, scope);
  return runNodes(node.body, node.type === 'with' ? { ...scope, dot: value } : scope);
}

function runRange(node: Extract<TemplateNode, { type: 'range' }>, value: Value, scope: Scope): string {
  const entries = entriesOf(value);
  scope.budget.rounds -= entries.length;
  if (scope.budget.rounds < 0) throw new KubectlError('the template goes round too often');
  if (entries.length === 0) return runNodes(node.otherwise, scope);
  return entries
    .map(([key, item]) => {
      const [first, second] = node.names;
      const variables = new Map(scope.variables);
      if (second !== undefined && first !== undefined) variables.set(first, key).set(second, item);
      else if (first !== undefined) variables.set(first, item);
      return runNodes(node.body, { ...scope, dot: item, variables });
    })
    .join('');
}

function entriesOf(value: Value): readonly (readonly [string | number, Value])[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'number')
    return Array.from({ length: Math.min(Math.max(0, value), maxRounds + 1) }, (_, index) => [index, index] as const);
  if (typeof value !== 'object') throw new KubectlError(`range can't iterate over ${goText(value)}`);
  if (isList(value)) return value.map((item, index) => [index, item] as const);
  return Object.entries(value).sort(([a], [b]) => compareText(a, b));
}

function valueOf(term: Term, scope: Scope): Value {
  if (term.type === 'literal') return term.value;
  if (term.type === 'call')
    return callFunction(
      term.name,
      term.args.map((arg) => () => valueOf(arg, scope)),
    );
  let value: Value = scope.dot;
  if (term.of !== undefined) value = valueOf(term.of, scope);
  else if (term.variable !== undefined) {
    if (!scope.variables.has(term.variable)) throw new KubectlError(`undefined variable ${JSON.stringify(term.variable)}`);
    value = scope.variables.get(term.variable);
  }
  return term.path.reduce((inner, key) => fieldOf(inner, key, scope), value);
}

function fieldOf(value: Value, key: string, scope: Scope): Value {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || isList(value)) {
    throw new KubectlError(`can't evaluate field ${key} in type ${isList(value) ? '[]interface {}' : 'interface {}'}`);
  }
  if (Object.hasOwn(value, key)) return value[key];
  if (!scope.allowMissing) throw new KubectlError(`map has no entry for key ${JSON.stringify(key)}`);
  return undefined;
}
