import type { JsonObject } from '../../../kernel/json.ts';
import { flagOf, isOn } from '../call.ts';
import { textAt } from '../json-fields.ts';
import { KubectlError } from '../kubectl-error.ts';
import { goJson } from '../output/go-json.ts';
import { goYaml } from '../output/go-yaml.ts';
import { createJsonPath } from '../output/jsonpath.ts';
import { maskSecrets } from '../output/secrets.ts';
import type { KubectlCall, VerbContext } from '../verb.ts';
import type { DryRun } from './flags.ts';
import { withField } from './with-field.ts';

/** Prints an object after something was done to it: "deployment.apps/web scaled", or in the form that `-o` asks for. */
export type Print = (done: string, object: JsonObject) => void;

const dryRunWords: Readonly<Record<DryRun, string>> = { none: '', client: ' (dry run)', server: ' (server dry run)' };

/** What follows the words of something that was done. In a plan nothing was: the server was only asked. */
export function dryRunSuffix(dryRun: DryRun, { session }: VerbContext): string {
  return dryRunWords[dryRun === 'none' && session.mode === 'plan' ? 'server' : dryRun];
}
const formats = 'go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,yaml';

/** The printer of a command line; throws at once for a form that `-o` cannot have. The values of secrets are never printed. */
export function printChanged(call: KubectlCall, context: VerbContext, options: { dryRun: DryRun }): Print {
  const format = flagOf(call, 'output') ?? '';
  if (format === '') return (done, object) => context.out(`${shortName(object)} ${done}${dryRunSuffix(options.dryRun, context)}\n`);
  const write = writerOf(format);
  return (_done, object) => {
    const shown = isOn(call, 'show-managed-fields') ? object : withField(object, ['metadata', 'managedFields'], undefined);
    const { value, found } = maskSecrets(shown);
    if (found) context.err('Note: the values of secrets are not shown here.\n');
    context.out(write(typeof value === 'object' && value !== null && !Array.isArray(value) && 'kind' in value ? value : shown));
  };
}

function writerOf(format: string): (object: JsonObject) => string {
  if (format === 'name') return (object) => `${shortName(object)}\n`;
  if (format === 'yaml') return (object) => goYaml(object);
  if (format === 'json') return (object) => `${goJson(object, '    ')}\n`;
  const [kind = '', template] = [format.split('=')[0], /=(.*)$/s.exec(format)?.[1]];
  if (kind === 'jsonpath' && template !== undefined) {
    const path = createJsonPath(template);
    return (object) => path.print(object);
  }
  throw new KubectlError(
    `unable to match a printer suitable for the output format ${JSON.stringify(format)}, allowed formats are: ${formats}`,
  );
}

/** "deployment.apps/web", "pod/web-1". */
function shortName(object: JsonObject): string {
  const apiVersion = textAt(object, 'apiVersion');
  const slash = apiVersion.indexOf('/');
  const kind = textAt(object, 'kind').toLowerCase();
  return `${slash < 0 ? kind : `${kind}.${apiVersion.slice(0, slash)}`}/${textAt(object, 'metadata', 'name')}`;
}
