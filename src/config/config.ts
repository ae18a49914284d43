import { existsSync, readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { describeError } from '../kernel/errors.ts';
import { environmentSchema } from './environment.ts';
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
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''));
  const environment = environmentSchema.safeParse(given);
  const file = readSettingsFile(given['TOCSIN_CONFIG']);
  const settings = 'problems' in file ? undefined : settingsSchema.safeParse(file.content);
  const problems = [
    ...(environment.success ? [] : problemsOf('environment', environment.error)),
    ...('problems' in file ? file.problems : []),
    ...(settings === undefined || settings.success ? [] : problemsOf(file.path, settings.error)),
  ];
  if (!environment.success || settings?.success !== true) return { ok: false, problems };
  return { ok: true, config: Object.freeze({ ...environment.data, settings: Object.freeze(settings.data) }) };
}

/** The problems as people read them, one a line. */
export function describeProblems(problems: readonly ConfigProblem[]): string {
  return problems.map(({ where, key, problem }) => `${where}: ${key} ${problem}`).join('\n');
}

type SettingsFile = { path: string; content: unknown } | { path: string; problems: readonly ConfigProblem[] };

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
      key: [...issue.path, key].join('.'),
      problem: 'is not a setting. docs/CONFIGURATION.md lists them all; is it misspelt?',
    }));
  });
}
