import { z } from 'zod';
import type { JsonObject } from '../../../kernel/json.ts';
import type { Cluster } from '../../cluster.ts';
import { isOn } from '../call.ts';
import { pathOf } from '../create-api.ts';
import { objectAt, textAt } from '../json-fields.ts';
import { KubectlError, refusalError, throwIfRefused } from '../kubectl-error.ts';
import { createPrinter, isHumanReadable, itemsOf } from '../output/printer.ts';
import { tableLines } from '../output/table.ts';
import { alignTabs, tableStyle } from '../tab-writer.ts';
import type { KubectlCall, VerbContext } from '../verb.ts';
import { fetchAll, parseBody, selectorsOf, tableAccept, type Fetching } from './get-fetch.ts';
import { masked, secretsNote, throwAll } from './get-objects.ts';
import type { Selection } from './get-select.ts';
import { readTable, tableOptions } from './get-table.ts';

const eventSchema = z.object({ type: z.string(), object: z.custom<JsonObject>((value) => typeof value === 'object' && value !== null) });

/** `get -w`: what is there, then each change as it comes, for as long as the session follows. Ends with 0 when that time is over. */
export async function watchObjects(selection: Selection, fetching: Fetching, context: VerbContext & { cluster: Cluster }): Promise<number> {
  const { call } = fetching;
  const [target] = selection.named;
  if (target === undefined || selection.named.some(({ type }) => type !== target.type))
    throw new KubectlError('you may only specify a single resource type');
  if (selection.named.length > 1) throw new KubectlError('you may only specify a single resource type and name to watch');
  const result = await fetchAll(selection, fetching);
  throwAll(result.errors);
  const print = createChangePrinter(call, context, selection);
  for (const { body } of result.fetched) if (!isOn(call, 'watch-only')) print(objectAt({ value: parseBody(body) }, 'value') ?? {}, '');
  const version = textAt(parseBody(result.fetched.at(-1)?.body ?? '{}'), 'metadata', 'resourceVersion');
  await follow(selection, { version, fetching, context, print });
  return 0;
}

type Print = (object: JsonObject, event: string) => void;
type Following = { version: string; fetching: Fetching; context: VerbContext & { cluster: Cluster }; print: Print };

async function follow({ named, ...listing }: Selection, { version, fetching, context, print }: Following): Promise<void> {
  const [target] = named;
  if (target === undefined) return;
  const enough = new AbortController();
  const over = context.session.clock.sleep(context.session.followMs, enough.signal).then(() => enough.abort());
  const { type, name } = target;
  const namespace = fetching.call.allNamespaces || !type.namespaced ? undefined : fetching.namespace;
  const only = name === undefined ? {} : { fieldSelector: `metadata.name=${name}` };
  let pending = '';
  try {
    const answer = await context.cluster.request({
      method: 'GET',
      path: pathOf(type, namespace === undefined ? {} : { namespace }),
      query: { ...selectorsOf(listing), ...only, resourceVersion: version, watch: 'true' },
      accept: fetching.asTable ? tableAccept : 'application/json',
      signal: AbortSignal.any([context.signal, enough.signal]),
      onText(text) {
        const lines = `${pending}${text}`.split('\n');
        pending = lines.pop() ?? '';
        for (const line of lines.filter((one) => one !== '')) printEvent(line, print);
        return enough.signal.aborted ? 'stop' : 'more';
      },
    });
    if (answer.status >= 400) throw refusalError(answer, { method: 'GET' });
  } catch (error) {
    if (!enough.signal.aborted || error instanceof KubectlError) throw error;
  } finally {
    enough.abort();
    await over;
  }
}

function printEvent(line: string, print: Print): void {
  const { type, object } = eventSchema.parse(parseBody(line));
  if (type === 'BOOKMARK') return;
  if (type === 'ERROR') throwIfRefused(JSON.stringify(object));
  print(object, type);
}

/** One printer for the whole watch: columns keep the widths that they had, and the header stands once. */
function createChangePrinter(call: KubectlCall, context: VerbContext, { named }: Selection): Print {
  const [target] = named;
  if (target === undefined || !isHumanReadable(call)) return objectPrinter(call, context);
  let columns: ReturnType<typeof readTable>['columns'] = [];
  let headed = false;
  let shown = '';
  return (object) => {
    const table = readTable(JSON.stringify(object));
    if (table.columns.length > 0) columns = table.columns;
    const options = tableOptions(call, target.type, isOn(call, 'show-kind'));
    const lines = tableLines({ columns, rows: table.rows }, { ...options, noHeaders: options.noHeaders || headed });
    if (lines === '') return;
    headed = true;
    const before = shown.split('\n').length - 1;
    shown += lines;
    context.out(alignTabs(shown, tableStyle).split('\n').slice(before).join('\n'));
  };
}

function objectPrinter(call: KubectlCall, context: VerbContext): Print {
  const print = createPrinter(call);
  let noted = false;
  let count = 0;
  return (object) => {
    for (const one of itemsOf(object) ?? [object]) {
      const { object: shown, found } = masked(one);
      if (found && !noted) context.err(secretsNote);
      noted ||= found;
      context.out(`${count > 0 && call.flags.get('output')?.[0] === 'yaml' ? '---\n' : ''}${print(shown)}`);
      count += 1;
    }
  };
}
