import type { JsonObject } from '../../../kernel/json.ts';
import { flagOf, isOn, listOf } from '../call.ts';
import { eventInterval, eventTime } from '../event-times.ts';
import { escapeTerminal } from '../go-format.ts';
import { textAt } from '../json-fields.ts';
import { KubectlError } from '../kubectl-error.ts';
import { alignTabs, tableStyle } from '../tab-writer.ts';
import type { KubectlCall, Verb, VerbContext } from '../verb.ts';
import { namespaceFor } from './call-place.ts';
import { readNeed } from './read-needs.ts';

export const events: Verb = {
  name: 'events',
  aliases: ['event', 'ev'],
  flags: [
    { name: 'watch', short: 'w', value: 'none' },
    { name: 'all-namespaces', short: 'A', value: 'none' },
    { name: 'for', value: 'text' },
    { name: 'types', value: 'list' },
    { name: 'no-headers', value: 'none' },
    { name: 'chunk-size', value: 'number' },
    { name: 'output', short: 'o', value: 'text' },
  ],
  effect(call) {
    if (!call.flags.has('output')) return { type: 'read' };
    return { type: 'manual', reason: 'events are shown as a table only', fix: 'Use get events with -o.' };
  },
  needs: (call) => [readNeed(call, { apiGroup: '', resource: 'events', verb: 'list' })],
  async run(call, context) {
    const types = listOf(call, 'types').map((type) => type.toLowerCase());
    if (types.some((type) => type !== 'normal' && type !== 'warning')) throw new KubectlError('valid --types are Normal or Warning');
    const fieldSelector = await aboutObject(flagOf(call, 'for') ?? '', context);
    const namespace = namespaceFor(call, context);
    const read = async () => {
      const found = await context.api.list(await context.api.typeOf('events'), {
        namespace: call.allNamespaces ? undefined : namespace,
        fieldSelector,
      });
      return found.filter((event) => types.length === 0 || types.includes(textAt(event, 'type').toLowerCase()));
    };
    if (isOn(call, 'watch')) return followEvents(read, call, context);
    const found = await read();
    if (found.length === 0) context.err(call.allNamespaces ? 'No events found.\n' : `No events found in ${namespace} namespace.\n`);
    else context.out(table(found, call, { context, withHead: true }));
    return 0;
  },
};

async function aboutObject(word: string, { api }: VerbContext): Promise<string> {
  if (word === '') return '';
  if (!word.includes('/')) throw new KubectlError('--for must be in resource/name form');
  const [resource = '', name = '', ...more] = word.split('/');
  if (more.length > 0) throw new KubectlError('arguments in resource/name form may not have more than one slash');
  const { kind, group, version } = await api.typeOf(resource.toLowerCase()).catch(unmarked);
  const apiVersion = group === '' ? version : `${group}/${version}`;
  return name === '' ? '' : `involvedObject.apiVersion=${apiVersion},involvedObject.kind=${kind},involvedObject.name=${name}`;
}

/** Of all verbs this one prints an unknown type without "error:". */
function unmarked(error: unknown): never {
  if (error instanceof KubectlError && error.status === undefined) throw new KubectlError(error.message, { text: error.message });
  throw error;
}

/** Events that come while the session follows anything, looked for every second. */
async function followEvents(read: () => Promise<readonly JsonObject[]>, call: KubectlCall, context: VerbContext): Promise<number> {
  const { clock, followMs } = context.session;
  const end = clock.now().getTime() + followMs;
  const seen = new Set<string>();
  let isFirst = true;
  for (;;) {
    const fresh = (await read()).filter((event) => !seen.has(versionOf(event)));
    for (const event of fresh) seen.add(versionOf(event));
    if (fresh.length > 0) context.out(table(fresh, call, { context, withHead: isFirst }));
    isFirst = isFirst && fresh.length === 0;
    const leftMs = end - clock.now().getTime();
    if (leftMs <= 0 || context.signal.aborted) return 0;
    await clock.sleep(Math.min(1000, leftMs), context.signal);
  }
}

const versionOf = (event: JsonObject): string => `${textAt(event, 'metadata', 'uid')} ${textAt(event, 'metadata', 'resourceVersion')}`;

function table(
  found: readonly JsonObject[],
  call: KubectlCall,
  { context, withHead }: { context: VerbContext; withHead: boolean },
): string {
  const now = context.session.clock.now();
  const start = (text: string) => (call.allNamespaces ? `${text}\t` : '');
  const lines = found
    .toSorted((a, b) => eventTime(a) - eventTime(b))
    .map((event) => {
      const object = `${textAt(event, 'involvedObject', 'kind')}/${textAt(event, 'involvedObject', 'name')}`;
      const row = [eventInterval(event, now), textAt(event, 'type'), textAt(event, 'reason'), object, textAt(event, 'message').trim()];
      return `${start(textAt(event, 'metadata', 'namespace'))}${row.map(escapeTerminal).join('\t')}\n`;
    });
  const head = isOn(call, 'no-headers') || !withHead ? '' : `${start('NAMESPACE')}LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n`;
  return alignTabs(head + lines.join(''), tableStyle);
}
