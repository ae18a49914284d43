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
  find(runbooks: readonly Named[], facts: Facts): Named[];
  reason(runbook: Runbook, facts: Facts): string;
};

/** A runbook with the names that alerts may call it by, squashed: hundreds of runbooks are looked through for each alert. */
type Named = { runbook: Runbook; file: string; titles: readonly string[]; alerts: readonly string[] };

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
    find: (runbooks, { alertName }) => calledBy(alertName, (name) => runbooks.filter(({ alerts }) => alerts.includes(name))),
    reason: (runbook, { alertName }) => `${runbook.path} lists ${alertName ?? ''} in its front matter`,
  },
  {
    matchedBy: 'file_name',
    find: (runbooks, { alertName }) => calledBy(alertName, (name) => runbooks.filter(({ file }) => file === name)),
    reason: (runbook, { alertName }) => `the file name of ${runbook.path} is the alert name ${alertName ?? ''}`,
  },
  {
    matchedBy: 'title',
    find: (runbooks, { alertName }) => calledBy(alertName, (name) => runbooks.filter(({ titles }) => titles.includes(name))),
    reason: (runbook, { alertName }) => `the title of ${runbook.path} has the words of the alert name ${alertName ?? ''}`,
  },
];

/**
 * A function that finds the runbook of an alert by the rules in their order. Nothing is fetched: a URL counts only by its last part and its
 * fragment.
 */
export function createRunbookMatcher(runbooks: readonly Runbook[]): (facts: AlertFacts) => RunbookMatch {
  const named = runbooks.map(withNames);
  return (facts) => matchRunbook(named, facts);
}

function withNames(runbook: Runbook): Named {
  const { title, frontMatter } = runbook;
  return {
    runbook,
    file: squash(stem(runbook.path)),
    titles: [title, ...(frontMatter.title === undefined ? [] : [frontMatter.title])].map(squash),
    alerts: frontMatter.alerts.map(squash),
  };
}

function matchRunbook(runbooks: readonly Named[], facts: AlertFacts): RunbookMatch {
  const known = { urls: urlsOf(facts), alertName: valueOf(facts.labels, 'alertname') };
  for (const rule of RULES) {
    const found = rule.find(runbooks, known).map(({ runbook }) => runbook);
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

/** What bears the name, compared squashed; a name without letters and digits is nobody's. */
function calledBy(given: string | undefined, find: (name: string) => Named[]): Named[] {
  const name = given === undefined ? '' : squash(given);
  return name === '' ? [] : find(name);
}

/** Names are the same when their letters and digits are: "VideoProcessing", "video-processing" and "Video Processing". */
function squash(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** A file's name without its folder and its ending. */
export function stem(path: string): string {
  return posix.basename(path).replace(/\.(md|markdown|html?)$/i, '');
}

function findByUrl(runbooks: readonly Named[], url: string): Named[] {
  const [address = '', fragment = ''] = url.trim().split('#', 2);
  const segments = (address.split('?', 1)[0] ?? '')
    .split('/')
    .filter((segment) => segment !== '')
    .map(decodeSegment);
  const last = segments.at(-1);
  const byPath = calledBy(last === undefined ? undefined : stem(last), (name) => runbooks.filter(({ file }) => file === name));
  if (byPath.length > 0) return closest(byPath, segments);
  return calledBy(decodeSegment(fragment), (name) => runbooks.filter(({ file, titles }) => file === name || titles.includes(name)));
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // a stray "%": the text is compared as it is
  }
}

/** Of files with the same name, those whose folders agree most with the URL's path. */
function closest(runbooks: readonly Named[], segments: readonly string[]): Named[] {
  const agreement = ({ runbook }: Named) => {
    const folders = posix.dirname(runbook.path).split('/').reverse();
    const given = segments.slice(0, -1).reverse();
    const differs = folders.findIndex((folder, index) => folder !== given[index]);
    return differs < 0 ? folders.length : differs;
  };
  const best = Math.max(...runbooks.map(agreement));
  return runbooks.filter((runbook) => agreement(runbook) === best);
}

function unique(runbooks: readonly Named[]): Named[] {
  return [...new Set(runbooks)];
}
