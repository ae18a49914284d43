import { posix } from 'node:path';
import type { Runbook } from './runbook.ts';

/** What is known of an alert. Both maps come from outside and are only ever compared with our own files. */
export type AlertFacts = { labels: Readonly<Record<string, string>>; annotations: Readonly<Record<string, string>> };

type MatchRule = 'runbook_url' | 'alert_name' | 'file_name' | 'title';

/** The runbook of an alert and why, or why there is none; `candidates` are the paths that fitted equally well. */
export type RunbookMatch =
  | { readonly runbook: Runbook; readonly matchedBy: MatchRule; readonly reason: string }
  | { readonly runbook: undefined; readonly reason: string; readonly candidates: readonly string[] };

type Facts = { urls: readonly string[]; alertName: string | undefined };
type Rule = {
  matchedBy: MatchRule;
  find(runbooks: readonly Runbook[], facts: Facts): Runbook[];
  reason(runbook: Runbook, facts: Facts): string;
};

const URL_KEYS = ['runbook_url', 'runbook', 'runbook_link'];
const MAX_LENGTH = 2000;

/** The strongest rule stands first; one that fits several runbooks ends the search. */
const RULES: readonly Rule[] = [
  {
    matchedBy: 'runbook_url',
    find: (runbooks, { urls }) => unique(urls.flatMap((url) => findByUrl(runbooks, url))),
    reason: (runbook) => `the alert's runbook_url ends in the name of ${runbook.path}`,
  },
  {
    matchedBy: 'alert_name',
    find: (runbooks, { alertName }) => runbooks.filter(({ frontMatter }) => frontMatter.alerts.some((alert) => sameName(alert, alertName))),
    reason: (runbook, { alertName }) => `${runbook.path} lists ${alertName ?? ''} in its front matter`,
  },
  {
    matchedBy: 'file_name',
    find: (runbooks, { alertName }) => runbooks.filter((runbook) => sameName(stem(runbook.path), alertName)),
    reason: (runbook, { alertName }) => `the file name of ${runbook.path} is the alert name ${alertName ?? ''}`,
  },
  {
    matchedBy: 'title',
    find: (runbooks, { alertName }) => runbooks.filter((runbook) => titlesOf(runbook).some((title) => sameName(title, alertName))),
    reason: (runbook, { alertName }) => `the title of ${runbook.path} has the words of the alert name ${alertName ?? ''}`,
  },
];

/** Finds the runbook of an alert by the rules in their order. Nothing is fetched: a URL counts only by its last part and its fragment. */
export function matchRunbook(runbooks: readonly Runbook[], facts: AlertFacts): RunbookMatch {
  const known = { urls: urlsOf(facts), alertName: valueOf(facts.labels, 'alertname') };
  for (const rule of RULES) {
    const found = rule.find(runbooks, known);
    const [runbook, ...others] = found;
    if (runbook === undefined) continue;
    if (others.length === 0) return { runbook, matchedBy: rule.matchedBy, reason: rule.reason(runbook, known) };
    const candidates = found.map((candidate) => candidate.path);
    return {
      runbook: undefined,
      reason: `${candidates.length} runbooks fit by ${rule.matchedBy}: ${candidates.slice(0, 5).join(', ')}`,
      candidates,
    };
  }
  return { runbook: undefined, reason: `no runbook fits ${describe(known)}`, candidates: [] };
}

function describe({ urls, alertName }: Facts): string {
  const name = alertName === undefined ? 'an alert without a name' : `the alert name ${alertName}`;
  return urls.length === 0 ? name : `${name} or its runbook_url`;
}

function valueOf(values: Readonly<Record<string, string>>, key: string): string | undefined {
  const value = Object.hasOwn(values, key) ? values[key] : undefined;
  return value === undefined || value.trim() === '' || value.length > MAX_LENGTH ? undefined : value;
}

function urlsOf({ labels, annotations }: AlertFacts): string[] {
  return [annotations, labels].flatMap((values) => URL_KEYS.flatMap((key) => valueOf(values, key) ?? []));
}

/** Names are the same when their letters and digits are: "VideoProcessing", "video-processing" and "Video Processing". */
function sameName(ours: string, given: string | undefined): boolean {
  return given !== undefined && squash(ours) !== '' && squash(ours) === squash(given);
}

function squash(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

function titlesOf(runbook: Runbook): string[] {
  return [runbook.title, ...(runbook.frontMatter.title === undefined ? [] : [runbook.frontMatter.title])];
}

/** A file's name without its folder and its ending. */
export function stem(path: string): string {
  return posix.basename(path).replace(/\.(md|markdown|html?)$/i, '');
}

function findByUrl(runbooks: readonly Runbook[], url: string): Runbook[] {
  const [address = '', fragment = ''] = url.trim().split('#', 2);
  const segments = (address.split('?', 1)[0] ?? '')
    .split('/')
    .filter((segment) => segment !== '')
    .map(decodeSegment);
  const last = segments.at(-1);
  const byPath = last === undefined ? [] : runbooks.filter((runbook) => sameName(stem(runbook.path), stem(last)));
  if (byPath.length > 0) return closest(byPath, segments);
  const name = decodeSegment(fragment);
  return runbooks.filter((runbook) => sameName(stem(runbook.path), name) || titlesOf(runbook).some((title) => sameName(title, name)));
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // a stray "%": the text is compared as it is
  }
}

/** Of files with the same name, those whose folders agree most with the URL's path. */
function closest(runbooks: readonly Runbook[], segments: readonly string[]): Runbook[] {
  const agreement = (runbook: Runbook) => {
    const folders = posix.dirname(runbook.path).split('/').reverse();
    const given = segments.slice(0, -1).reverse();
    const differs = folders.findIndex((folder, index) => folder !== given[index]);
    return differs < 0 ? folders.length : differs;
  };
  const best = Math.max(...runbooks.map(agreement));
  return runbooks.filter((runbook) => agreement(runbook) === best);
}

function unique(runbooks: readonly Runbook[]): Runbook[] {
  return [...new Set(runbooks)];
}
