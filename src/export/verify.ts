import type { z } from 'zod';
import { describeError } from '../kernel/errors.ts';
import { verifyChain } from '../timeline/chain.ts';
import type { ChainHead, TimelineEntry } from '../timeline/entry.ts';
import { digestOf } from './build.ts';
import { exportSchema, exportSchemaName } from './incident-export.ts';
import type { IncidentExport } from './incident-export.ts';
import { contradiction } from './replay.ts';
import { countText, cutText } from './wording.ts';

/** What checking an export file found. `message` is for people, one or two sentences. */
export type ExportVerdict =
  | { ok: true; message: string; incident: string; title: string; entries: number; erased: number; head: ChainHead; anchoredAt?: number }
  | { ok: false; message: string; problem: ExportProblem; firstBad?: number };

type ExportProblem = 'not_json' | 'not_an_export' | 'newer_schema' | 'malformed' | 'chain' | 'facts' | 'digest' | 'anchor';

const schemaFamily = /^tocsin\.incident-export\/(\d+)$/;
const minAnchorLength = 8;
/** What a message quotes comes from the file, and may be as long as that. */
const longestMessage = 500;

/**
 * Checks an exported file with nothing but the file. `anchor` is the beginning of a hash that somebody kept outside the store (the thread
 * shows one at each resolution): a whole record that was rewritten can only be told by it.
 */
export function verifyExport(text: string, options: { anchor?: string } = {}): ExportVerdict {
  const raw = readJson(text);
  if (raw === undefined) return bad('not_json', 'This is not JSON. Give the JSON export (INC-4.json), not the Markdown one.');
  const version = schemaFamily.exec(schemaOf(raw))?.[1];
  if (version === undefined)
    return bad('not_an_export', `This is JSON, but not an export of an incident: its "schema" is not ${exportSchemaName}.`);
  if (version !== '1')
    return bad(
      'newer_schema',
      `This export has schema version ${version}, and this program knows version 1. Verify it with a newer Tocsin.`,
    );
  try {
    const parsed = exportSchema.safeParse(raw);
    return parsed.success ? check(parsed.data, raw, options.anchor) : malformed(parsed.error);
  } catch (error) {
    // What has no canonical form cannot have been exported: half of a surrogate pair, or lists thousands deep.
    return bad('malformed', `It holds what no export can hold: ${describeError(error)}.`);
  }
}

function check(document: IncidentExport, raw: object, anchor: string | undefined): ExportVerdict {
  const { incident, timeline } = document;
  const chain = verifyChain(incident.id, timeline.entries, timeline.head);
  if (!chain.ok)
    return { ...bad('chain', `Entry ${chain.firstBad} of the timeline does not hold: ${chain.reason}.`), firstBad: chain.firstBad };
  const contradicted = contradiction(document);
  if (contradicted !== undefined) return bad('facts', `The file contradicts itself: ${contradicted}.`);
  if (digestOf(raw) !== document.digest) {
    return bad('digest', 'The timeline holds, but something around it was changed: the digest of the file does not match its content.');
  }
  const anchored = anchor === undefined ? undefined : findAnchor(timeline.entries, anchor);
  if (anchored?.type === 'none') return bad('anchor', anchored.reason);
  return {
    ok: true,
    incident: `INC-${incident.number}`,
    title: incident.title,
    entries: chain.count,
    erased: chain.erased,
    head: chain.head,
    message: goodMessage(document, { erased: chain.erased, anchoredAt: anchored?.seq }),
    ...(anchored === undefined ? {} : { anchoredAt: anchored.seq }),
  };
}

function goodMessage({ incident, timeline }: IncidentExport, found: { erased: number; anchoredAt: number | undefined }): string {
  const entries = `${countText(timeline.entries.length, 'entry', 'entries')} of INC-${incident.number} hold, ending in ${timeline.head.hash.slice(0, 12)}`;
  const erased = found.erased === 0 ? '' : `, with ${countText(found.erased, 'part')} erased`;
  const anchor =
    found.anchoredAt === undefined
      ? 'Compare the end with a hash kept elsewhere, such as the one in the thread: a record rewritten as a whole shows only there.'
      : `The anchor is entry ${found.anchoredAt}.`;
  return `${entries}${erased}. ${anchor}`;
}

function findAnchor(
  entries: readonly TimelineEntry[],
  anchor: string,
): { type: 'found'; seq: number } | { type: 'none'; reason: string; seq?: never } {
  const wanted = anchor.trim().toLowerCase();
  if (!/^[0-9a-f]+$/.test(wanted) || wanted.length < minAnchorLength) {
    return { type: 'none', reason: `An anchor is the beginning of a hash, at least ${minAnchorLength} digits, such as cb72507c76d0.` };
  }
  const entry = entries.find(({ hash }) => hash.startsWith(wanted));
  if (entry !== undefined) return { type: 'found', seq: entry.seq };
  return { type: 'none', reason: 'No entry has the hash of the anchor: the record was rewritten, or the anchor is of another incident.' };
}

/** Says which field is not as it should be, and names the timeline entry when it is in one. */
function malformed(error: z.ZodError): ExportVerdict {
  const { path, message } = error.issues[0] ?? { path: [], message: 'unreadable' };
  const [top, list, index] = path;
  if (top !== 'timeline' || list !== 'entries' || typeof index !== 'number') {
    return bad('malformed', `The field ${path.join('.') || 'at the top'} is not as it should be: ${message}.`);
  }
  const field = path.slice(3).join('.') || 'list';
  const words = `Entry ${index + 1} of the timeline does not hold: its field ${field} is not as it should be (${message}).`;
  return { ...bad('malformed', words), firstBad: index + 1 };
}

function bad(problem: ExportProblem, message: string): Extract<ExportVerdict, { ok: false }> {
  return { ok: false, problem, message: cutText(message, longestMessage) };
}

function readJson(text: string): object | undefined {
  try {
    // A byte order mark is what some editors leave behind.
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined; // said to the person by the caller
  }
}

function schemaOf(value: object): string {
  return 'schema' in value && typeof value.schema === 'string' ? value.schema : '';
}
