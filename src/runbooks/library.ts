import { readdir, readFile, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { describeError, TocsinError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import { type IndexEntry, readIndexPage } from './index-page.ts';
import { type AlertFacts, createRunbookMatcher, type RunbookMatch, stem } from './match.ts';
import { parseRunbook } from './parse.ts';
import type { Runbook } from './runbook.ts';

/** The runbooks of a team, read once. */
export type RunbookLibrary = {
  readonly runbooks: readonly Runbook[];
  /** By path in the folder, with or without its ending; by the file's name alone when only one file has it. */
  get(path: string): Runbook | undefined;
  match(alert: AlertFacts): RunbookMatch;
};

export type LoadedRunbooks = {
  runbooks: Runbook[];
  /** The links of README.md and `_index.md` pages; `missing` when no file of the folder stands behind one. */
  index: (IndexEntry & { file: string; missing: boolean })[];
  /** Files that are no runbook because they cannot be read. */
  failures: { path: string; reason: string }[];
};

const MAX_BYTES = 1024 * 1024;
const IS_INDEX = /^(readme|_?index)$/i;

/** Reads a folder and the folders in it. A file that is unreadable, too large or not UTF-8 is listed in `failures`, and the others still load. */
export async function loadRunbooks(dir: string, deps: { log: Log }): Promise<LoadedRunbooks> {
  const paths = await listMarkdown(dir, '');
  const loaded: LoadedRunbooks = { runbooks: [], index: [], failures: [] };
  for (const path of paths) {
    const read = await readText(join(dir, path));
    if (read.text === undefined) {
      loaded.failures.push({ path, reason: read.reason });
      deps.log.warn({ path, reason: read.reason }, 'a runbook file was left out');
    } else if (IS_INDEX.test(stem(path))) {
      loaded.index.push(
        ...readIndexPage(read.text).map((entry) => ({ ...entry, file: path, missing: !paths.includes(targetOf(path, entry)) })),
      );
    } else {
      loaded.runbooks.push(parseRunbook({ path, text: read.text }));
    }
  }
  deps.log.info({ runbooks: loaded.runbooks.length, failures: loaded.failures.length }, 'runbooks loaded');
  return loaded;
}

function targetOf(file: string, entry: IndexEntry): string {
  return posix.join(posix.dirname(file), entry.target.replace(/[?#].*$/, ''));
}

/** Names with a dot in front are skipped, such as the `..data` folder of a mounted ConfigMap; its files are links and are followed. */
async function listMarkdown(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((cause: unknown) => {
    throw new TocsinError('not_found', `The runbook folder cannot be read: ${describeError(cause)}. Set its path in the configuration.`, {
      cause,
    });
  });
  const paths: string[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = posix.join(folder, entry.name);
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) paths.push(...(await listMarkdown(root, path)));
    else if (/\.(md|markdown)$/i.test(entry.name)) paths.push(path);
  }
  return paths;
}

async function readText(file: string): Promise<{ text: string } | { text: undefined; reason: string }> {
  try {
    const { size } = await stat(file);
    if (size > MAX_BYTES) return { text: undefined, reason: `it is larger than ${MAX_BYTES / 1024} KiB` };
    const bytes = await readFile(file);
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch (error) {
    const reason = error instanceof TypeError ? 'it is not UTF-8: save it as UTF-8' : describeError(error);
    return { text: undefined, reason };
  }
}

/** A library over runbooks that were read before. */
export function createRunbookLibrary(runbooks: readonly Runbook[]): RunbookLibrary {
  const withoutEnding = (path: string) => path.replace(/\.(md|markdown)$/i, '');
  return {
    runbooks,
    get(path) {
      const exact = runbooks.find((runbook) => withoutEnding(runbook.path) === withoutEnding(path));
      if (exact !== undefined) return exact;
      const [only, ...others] = runbooks.filter((runbook) => stem(runbook.path) === stem(path) && !path.includes('/'));
      return others.length === 0 ? only : undefined;
    },
    match: createRunbookMatcher(runbooks),
  };
}
