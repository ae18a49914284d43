import { existsSync, readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { describeError, TocsinError } from '../kernel/errors.ts';
import { conflictIn, environmentSchema } from './environment.ts';
import type { Environment } from './environment.ts';
import { settingsSchema } from './settings.ts';
import type { Settings } from './settings.ts';

/** Everything that can be configured, checked and frozen. */
export type Config = Readonly<Environment> & { readonly settings: Settings };

/** One thing wrong with the configuration: where, which key, what is wrong and the right form. */
export type ConfigProblem = { where: string; key: string; problem: string };

export type ConfigOutcome = { ok: true; config: Config } | { ok: false; problems: readonly ConfigProblem[] };

const defaultFile = 'tocsin.yaml';

/** Reads the environment and the settings file, and reports every problem of both at once. A default file that is absent means all defaults. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): ConfigOutcome {
  return checkConfig(env, readSettingsFile(given(env)['TOCSIN_CONFIG']));
}

/** The same with the content of a settings file that is not read from disk. */
export function checkConfig(env: Readonly<Record<string, string | undefined>>, file: SettingsFile): ConfigOutcome {
  const variables = given(env);
  const environment = environmentSchema.safeParse(variables);
  const conflict = conflictIn(variables);
  const settings = 'problems' in file ? undefined : settingsSchema.safeParse(file.content);
  const problems = [
    ...(environment.success ? [] : problemsOf('environment', environment.error)),
    ...(conflict === undefined ? [] : [{ where: 'environment', key: 'SLACK_SIGNING_SECRET', problem: conflict }]),
    ...('problems' in file ? file.problems : []),
    ...(settings === undefined || settings.success ? [] : problemsOf(file.path, settings.error)),
  ];
  if (!environment.success || settings?.success !== true || conflict !== undefined) return { ok: false, problems };
  return { ok: true, config: Object.freeze({ ...environment.data, settings: Object.freeze(settings.data) }) };
}

/** A variable that is set to nothing counts as not set. */
function given(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''));
}

/** The settings file alone, for tools that need no secrets. Throws TocsinError `invalid` with all problems of the file. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const file = readSettingsFile(env['TOCSIN_CONFIG']);
  if ('problems' in file) throw new TocsinError('invalid', describeProblems(file.problems));
  const settings = settingsSchema.safeParse(file.content);
  if (!settings.success) throw new TocsinError('invalid', describeProblems(problemsOf(file.path, settings.error)));
  return settings.data;
}

/** The problems as people read them, one a line. */
export function describeProblems(problems: readonly ConfigProblem[]): string {
  return problems.map(({ where, key, problem }) => `${where}: ${key} ${problem}`).join('\n');
}

/** What stands in a settings file, or why it could not be read. */
export type SettingsFile = { path: string; content: unknown } | { path: string; problems: readonly ConfigProblem[] };

function readSettingsFile(configured: string | undefined): SettingsFile {
  const path = configured ?? defaultFile;
  if (!existsSync(path)) {
    if (configured === undefined) return { path, content: {} };
    return { path, problems: [{ where: 'environment', key: 'TOCSIN_CONFIG', problem: `names ${path}, and no such file is there.` }] };
  }
  try {
    const document = parseDocument(readFileSync(path, 'utf8'));
    const problems = document.errors.map((error) => ({
      where: `${path}${error.linePos === undefined ? '' : `:${error.linePos[0].line}`}`,
      key: 'YAML',
      problem: `cannot be read: ${error.message.split('\n')[0] ?? ''}`,
    }));
    return problems.length > 0 ? { path, problems } : { path, content: document.toJS() ?? {} };
  } catch (error) {
    return { path, problems: [{ where: path, key: 'the file', problem: `cannot be read: ${describeError(error)}` }] };
  }
}

function problemsOf(where: string, error: z.ZodError): readonly ConfigProblem[] {
  return error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [{ where, key: issue.path.join('.') || 'the file', problem: issue.message }];
    return issue.keys.map((key) => ({
      where,
      key: shownKey([...issue.path, key].join('.')),
      problem: 'is not a setting. docs/CONFIGURATION.md lists them all; is it misspelt?',
    }));
  });
}

/** A key that would not be seen as one, such as an empty one, is shown in quotes. */
function shownKey(key: string): string {
  return /^[\w.-]{1,200}$/.test(key) ? key : JSON.stringify(key.slice(0, 200));
}
