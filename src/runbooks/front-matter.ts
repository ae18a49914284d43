import { distance } from 'fastest-levenshtein';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { describeError } from '../kernel/errors.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { MarkdownFile } from './markdown.ts';
import type { FrontMatter } from './runbook.ts';
import type { Report } from './warnings.ts';

const EMPTY: FrontMatter = { alerts: [], services: [], title: undefined, owner: undefined, reviewed: undefined, other: {} };

const names: z.ZodType<string[]> = z.union([z.string().transform((name) => [name]), z.array(z.string())]);

/** The keys we read, each with the right form that a warning shows. */
const FORMS = {
  alerts: 'alerts: [HighErrorRate, QueueFull]',
  services: 'services: [video-processing]',
  title: 'title: Queue overflow',
  owner: 'owner: team-video',
  reviewed: 'reviewed: 2025-01-31',
} as const;

const json: z.ZodType<JsonObject> = z.record(z.string(), z.json());

/** Keys of static site generators, which runbook folders are often published with. */
const SITE_KEYS =
  /^(weight|bookHidden|book[A-Z]\w*|layout|date|draft|description|tags|categories|aliases|url|slug|permalink|nav_order|parent|has_children|sidebar_\w+|id|lastmod|author|toc|menu|linkTitle)$/;

/** Reads the optional front matter. What is malformed is reported and left out; unknown keys are reported and kept. */
export function readFrontMatter(file: MarkdownFile, report: Report): FrontMatter {
  const node = file.root.children.find((child) => child.type === 'yaml');
  if (node === undefined) {
    if (file.lines[0]?.trimEnd() === '---') {
      report({ code: 'front_matter', line: 1, expected: 'front matter between two lines "---"', fix: '---\nalerts: [HighErrorRate]\n---' });
    }
    return EMPTY;
  }
  const counter = new LineCounter();
  const document = parseDocument(node.value, { lineCounter: counter });
  for (const error of document.errors) {
    const line = counter.linePos(error.pos[0]).line + 1;
    report({ code: 'front_matter', line, expected: `YAML (${error.message.split('\n', 1)[0] ?? ''})`, fix: FORMS.alerts });
  }
  if (document.errors.length > 0) return EMPTY;
  return readKeys(toMapping(document, report), (key) => lineOfKey(node.value, key), report);
}

function toMapping(document: { toJS(options: { maxAliasCount: number }): unknown }, report: Report): JsonObject {
  const expected = 'a list of "key: value" lines';
  try {
    const value = document.toJS({ maxAliasCount: 20 });
    const parsed = json.safeParse(value ?? {});
    if (parsed.success) return parsed.data;
    report({ code: 'front_matter', line: 1, expected, fix: FORMS.alerts });
  } catch (error) {
    report({ code: 'front_matter', line: 1, expected: `${expected} (${describeError(error)})`, fix: FORMS.alerts });
  }
  return {};
}

function lineOfKey(yaml: string, key: string): number {
  const index = yaml.split('\n').findIndex((line) => line.replace(/^["']/, '').startsWith(key));
  return index < 0 ? 1 : index + 2;
}

function readKeys(mapping: JsonObject, lineOf: (key: string) => number, report: Report): FrontMatter {
  const read = <T>(key: keyof typeof FORMS, schema: z.ZodType<T>): T | undefined => {
    const value = mapping[key];
    if (value === undefined || value === null) return undefined;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    report({ code: 'front_matter', line: lineOf(key), expected: `a valid value of "${key}"`, fix: FORMS[key] });
    return undefined;
  };
  const unknown = Object.entries(mapping).filter(([key]) => !Object.hasOwn(FORMS, key));
  for (const [key] of unknown) reportUnknown(key, lineOf(key), report);
  return {
    alerts: read('alerts', names) ?? [],
    services: read('services', names) ?? [],
    title: read('title', z.string()),
    owner: read('owner', z.string()),
    reviewed: read('reviewed', z.iso.date()),
    other: Object.fromEntries(unknown),
  };
}

function reportUnknown(key: string, line: number, report: Report): void {
  if (SITE_KEYS.test(key)) return;
  const known = Object.keys(FORMS);
  const near = known.find((candidate) => distance(candidate, key.toLowerCase()) <= 2);
  report({
    code: 'front_matter',
    line,
    expected: `one of the keys ${known.join(', ')}`,
    fix: near === undefined ? `remove "${key}", or keep it: it is ignored here` : `write "${near}"`,
  });
}
