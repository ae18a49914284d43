import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { silentLog } from '../kernel/log.ts';
import { type LoadedRunbooks, loadRunbooks } from '../runbooks/library.ts';
import { parseRunbook } from '../runbooks/parse.ts';
import type { Runbook } from '../runbooks/runbook.ts';

/** An alert of a Prometheus rule file. */
type KnownAlert = { labels: Record<string, string>; annotations: Record<string, string> };

/** Runbooks with the paths that people gave, and what leads to them. */
export type Sources = {
  runbooks: readonly { runbook: Runbook; file: string }[];
  alerts: readonly KnownAlert[];
  /** Files that an index page links. */
  indexed: ReadonlySet<string>;
  failures: readonly { file: string; reason: string }[];
};

/** A path that names nothing. */
export class NoSuchPath extends Error {}

const text = z.record(z.string(), z.coerce.string());
const ruleFile = z.object({
  groups: z.array(
    z.object({
      rules: z.array(z.object({ alert: z.string().optional(), labels: text.optional(), annotations: text.optional() })).nullish(),
    }),
  ),
});

/** Reads files and folders of runbooks, with the alert rules and index pages that stand in the folders. Throws NoSuchPath. */
export async function loadSources(paths: readonly string[]): Promise<Sources> {
  const runbooks: { runbook: Runbook; file: string }[] = [];
  const alerts: KnownAlert[] = [];
  const indexed = new Set<string>();
  const failures: { file: string; reason: string }[] = [];
  for (const path of paths) {
    const found = await stat(path).catch(() => {
      throw new NoSuchPath(`there is no file or folder ${path}`);
    });
    const loaded = found.isDirectory() ? await loadRunbooks(path, { log: silentLog }) : await loadFile(path);
    const root = found.isDirectory() ? path : dirname(path);
    runbooks.push(...loaded.runbooks.map((runbook) => ({ runbook, file: join(root, runbook.path) })));
    failures.push(...loaded.failures.map(({ path: file, reason }) => ({ file: join(root, file), reason })));
    for (const entry of loaded.index) indexed.add(join(root, dirname(entry.file), entry.target.replace(/[?#].*$/, '')));
    if (found.isDirectory()) alerts.push(...(await readAlertRules(path)));
  }
  return { runbooks, alerts, indexed, failures };
}

async function loadFile(path: string): Promise<LoadedRunbooks> {
  return { runbooks: [parseRunbook({ path: basename(path), text: await readFile(path, 'utf8') })], index: [], failures: [] };
}

async function readAlertRules(dir: string): Promise<KnownAlert[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && /\.ya?ml$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return contents.flatMap(alertsOf);
}

/** Other YAML files, and broken ones, hold no alerts; checking them is not our task. */
function alertsOf(content: string): KnownAlert[] {
  return parseAllDocuments(content)
    .filter((document) => document.errors.length === 0)
    .flatMap((document) => {
      const value: unknown = document.toJS({ maxAliasCount: 20 });
      const parsed = z.union([ruleFile, z.object({ spec: ruleFile }).transform(({ spec }) => spec)]).safeParse(value);
      if (!parsed.success) return [];
      return parsed.data.groups
        .flatMap((group) => group.rules ?? [])
        .flatMap(({ alert, labels, annotations }) =>
          alert === undefined ? [] : [{ labels: { ...labels, alertname: alert }, annotations: annotations ?? {} }],
        );
    });
}
