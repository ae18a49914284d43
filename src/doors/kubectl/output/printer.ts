import type { Json, JsonObject } from '../../../kernel/json.ts';
import { flagOf, isOn, type KubectlProgram } from '../call.ts';
import { textAt } from '../json-fields.ts';
import { KubectlError } from '../kubectl-error.ts';
import type { KubectlCall } from '../verb.ts';
import { createCustomColumns } from './custom-columns.ts';
import { goJson, isList } from './go-json.ts';
import { goSyntax } from './go-syntax.ts';
import { createGoTemplate } from './go-template.ts';
import { goYaml } from './go-yaml.ts';
import { createJsonPath } from './jsonpath.ts';

/** Prints one object or one `List`. */
export type ObjectPrinter = (object: JsonObject) => string;

const formats =
  'custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml';

/** Whether the answer is printed as the server's table. */
export function isHumanReadable(call: KubectlCall): boolean {
  const output = flagOf(call, 'output') ?? '';
  return output === 'wide' || (output === '' && (flagOf(call, 'template') ?? '') === '');
}

type Making = { value: string; call: KubectlCall };

const makers: Readonly<Record<string, (making: Making) => ObjectPrinter>> = {
  'go-template': goTemplatePrinter,
  template: goTemplatePrinter,
  jsonpath: ({ value, call }) => pathPrinter(value, call, 'text'),
  'jsonpath-as-json': ({ value, call }) => pathPrinter(value, call, 'json'),
  'custom-columns': ({ value, call }) => {
    const print = createCustomColumns(value, isOn(call, 'no-headers'));
    return (object) => print(itemsOf(object) ?? [object]);
  },
};
const fileFormats = new Set(['go-template-file', 'templatefile', 'jsonpath-file', 'custom-columns-file']);

/** The printer that `-o` and `--template` ask for. Throws kubectl's error for a format or a template that it does not know. */
export function createPrinter(call: KubectlCall): ObjectPrinter {
  const template = flagOf(call, 'template') ?? '';
  const output = (flagOf(call, 'output') ?? '') === '' ? 'go-template' : (flagOf(call, 'output') ?? '');
  const equals = output.indexOf('=');
  const format = equals < 0 ? output : output.slice(0, equals);
  const value = template !== '' && format !== 'custom-columns' ? template : output.slice(format.length + 1);
  if (fileFormats.has(format)) throw new KubectlError(`-o ${format} reads a file, and there are no files here: give the template itself`);
  const maker = makers[format];
  if (maker !== undefined) return maker({ value, call });
  const simple = simplePrinter(output.toLowerCase(), call);
  if (simple !== undefined) return simple;
  if (output === 'name') return namePrinter;
  throw new KubectlError(
    `unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: ${formats}`,
  );
}

function simplePrinter(format: string, call: KubectlCall): ObjectPrinter | undefined {
  if (format === 'kyaml') throw new KubectlError('-o kyaml is not written here: use -o yaml');
  if (format !== 'json' && format !== 'yaml') return undefined;
  const tidy = isOn(call, 'show-managed-fields') ? (object: JsonObject) => object : withoutManagedFields;
  return format === 'json' ? (object) => `${goJson(tidy(object), '    ')}\n` : (object) => goYaml(tidy(object));
}

function needTemplate(value: string): string {
  if (value === '') throw new KubectlError('template format specified but no template given');
  return value;
}

function allowsMissing(call: KubectlCall): boolean {
  return flagOf(call, 'allow-missing-template-keys') !== 'false';
}

function goTemplatePrinter({ value, call }: Making): ObjectPrinter {
  const template = needTemplate(value);
  const print = createGoTemplate(template, allowsMissing(call));
  return (object) =>
    explained(`error executing template ${JSON.stringify(template)}`, { template, engine: 'template', object }, () => print(object));
}

function pathPrinter(value: string, call: KubectlCall, form: 'text' | 'json'): ObjectPrinter {
  const template = needTemplate(value);
  let path: ReturnType<typeof createJsonPath>;
  try {
    path = createJsonPath(template, allowsMissing(call) ? 'allowed' : 'refused');
  } catch (error) {
    if (error instanceof KubectlError) throw new KubectlError(`error parsing jsonpath ${template}, ${error.message}`);
    throw error;
  }
  const print = (object: JsonObject) => (form === 'text' ? path.print(object) : path.printJson(object));
  return (object) =>
    explained(`error executing jsonpath ${JSON.stringify(template)}`, { template, engine: 'jsonpath', object }, () => print(object));
}

/** kubectl shows the object with the template that failed on it. */
function explained(what: string, about: { template: string; engine: string; object: Json }, print: () => string): string {
  try {
    return print();
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error;
    const more = `\ttemplate was:\n\t\t${about.template}\n\tobject given to ${about.engine} engine was:\n\t\t${goSyntax(about.object)}\n\n`;
    throw new KubectlError(
      `${what}: Error executing template: ${error.message}. Printing more information for debugging the template:\n${more}\n`,
    );
  }
}

function namePrinter(object: JsonObject): string {
  const items = itemsOf(object);
  if (items !== undefined) return items.map(namePrinter).join('');
  const metadata = object['metadata'];
  const name = typeof metadata === 'object' && metadata !== null && !isList(metadata) ? metadata['name'] : undefined;
  return `${kindPrefix(object)}/${typeof name === 'string' && name !== '' ? name : '<unknown>'}\n`;
}

/** "deployment.apps" of a Deployment: the kind in small letters with its group. */
export function kindPrefix(object: JsonObject): string {
  const [kind, apiVersion] = [textAt(object, 'kind'), textAt(object, 'apiVersion')];
  const group = apiVersion.includes('/') ? `.${apiVersion.slice(0, apiVersion.indexOf('/'))}` : '';
  return `${kind}${group}`.toLowerCase();
}

/** The items when an object is a list. */
export function itemsOf(object: JsonObject): readonly JsonObject[] | undefined {
  const { items } = object;
  if (!isList(items)) return undefined;
  return items.filter((item): item is JsonObject => typeof item === 'object' && item !== null && !isList(item));
}

function withoutManagedFields(object: JsonObject): JsonObject {
  const items = itemsOf(object);
  if (items !== undefined) return { ...object, items: items.map(withoutManagedFields) };
  const { metadata } = object;
  if (typeof metadata !== 'object' || metadata === null || isList(metadata)) return object;
  const { managedFields: _fields, ...kept } = metadata;
  return { ...object, metadata: kept };
}

/** "kubectl api-resources", as some errors advise. */
export const adviseTypes = (program: KubectlProgram): string =>
  `Use "${program} api-resources" for a complete list of supported resources.`;
