import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { commands } from '../commands/index.ts';
import { callNames } from '../src/chat/suggest.ts';
import { environmentSchema } from '../src/config/environment.ts';
import { settingsSchema } from '../src/config/settings.ts';
import { faultChange } from '../src/simulator/slack/faults.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** The text files of the project, without what is installed or made. */
function filesOf(folder: string): string[] {
  const isOurs = (name: string) => !['node_modules', '.git', '.tocsin', 'coverage', 'out'].includes(name);
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => isOurs(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesOf(path) : entry.isFile() ? [path] : [];
    });
}

const files = filesOf('.');
const documents = files.filter((file) => ['README.md', 'CONTRIBUTING.md'].includes(file) || /^docs\/.*\.md$/.test(file));
const everywhere = documents.map((file) => ({ file, text: read(file) }));

/** A document without its fenced blocks. */
function proseOf(text: string): string {
  return text.replaceAll(/^(`{3,})[\s\S]*?^\1/gm, '');
}

/** What stands in back-ticks, and where links and pictures lead. */
function named(text: string): { words: string[]; links: string[] } {
  const prose = proseOf(text);
  return {
    words: [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? ''),
    links: [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '').filter((link) => !/^(https?:|#)/.test(link)),
  };
}

/** The shell lines of a document's fenced blocks. */
function shellOf(text: string): string {
  return [...text.matchAll(/^```bash\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? '').join('\n');
}

const topLevel = new Set(readdirSync(root));

/** The folders that scripts make when they run: a clean clone lacks them, whatever a working one holds. */
const made = read('.gitignore')
  .split('\n')
  .filter((line) => line.endsWith('/'))
  .map((line) => line.slice(0, -1));
const isMade = (path: string) => made.some((folder) => path === folder || path.startsWith(`${folder}/`));

/** Whether a word in back-ticks means a file or folder here: it begins with one of our folders, or ends as our files do. */
function looksLikePath(word: string): boolean {
  const [first = '', ...rest] = word.split('/');
  if (!/^[\w.-]+(\/[\w.-]*)*$/.test(word)) return false;
  return rest.length > 0 ? topLevel.has(first) || /\.(ts|md|json|ya?ml|sh)$/.test(word) : /^[A-Z]+\.md$/.test(word);
}

/** The cells of a table's first column, from the heading on to the next one. */
function firstColumn(text: string, heading: string): string[] {
  const section =
    proseOf(text)
      .split(new RegExp(`^#+ ${heading}$`, 'm'))[1]
      ?.split(/^#/m)[0] ?? '';
  return [...section.matchAll(/^\| (`.*?) \|/gm)].flatMap((row) => [...(row[1] ?? '').matchAll(/`([^`]+)`/g)].map((word) => word[1] ?? ''));
}

describe('the documents', () => {
  it('are the ones that are looked at', () => {
    expect(documents).toEqual(expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'docs/ARCHITECTURE.md', 'docs/OPERATIONS.md']));
  });

  it.each(everywhere)('$file names only paths that exist', ({ file, text }) => {
    const { words, links } = named(text);
    const paths = words.filter((word) => looksLikePath(word) && !isMade(word)).map((path) => ({ path, at: join(root, path) }));
    const targets = links.map((path) => ({ path, at: join(root, file, '..', path.replace(/#.*$/, '')) }));
    expect([...paths, ...targets].filter(({ at }) => !existsSync(at)).map(({ path }) => path)).toEqual([]);
  });

  it.each(everywhere)('$file names only commands, scripts and subcommands that there are', ({ text }) => {
    const { words } = named(text);
    const shell = shellOf(text);
    const known = new Set(commands.flatMap(callNames));
    const verbs = words.flatMap((word) => /^(?:\/incident|@tocsin) (\S+)/.exec(word)?.[1] ?? []);
    expect(verbs.filter((verb) => !known.has(verb))).toEqual([]);

    const code = [...words, shell].join('\n');
    const scripts = Object.keys(z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json'))).scripts);
    const run = [...code.matchAll(/npm run (?:-s )?([\w:]+)/g)].map((match) => match[1] ?? '');
    expect([...run, 'start', 'test'].filter((script) => !scripts.includes(script))).toEqual([]);

    const subcommands = [...read('src/cli/registry.ts').matchAll(/name: '(\w+)'/g)].map((match) => match[1]);
    const called = [...code.matchAll(/^tocsin (\w+)|npm run (?:-s )?tocsin -- (\w+)/gm)].map((match) => match[1] ?? match[2]);
    expect(called.filter((name) => !subcommands.includes(name))).toEqual([]);
  });
});

describe('docs/CONFIGURATION.md', () => {
  const text = read('docs/CONFIGURATION.md');

  it('has every variable of the environment and no other', () => {
    expect(firstColumn(text, 'Environment').toSorted()).toEqual(Object.keys(environmentSchema.shape).toSorted());
  });

  it('has the settings with their defaults, as they are read', () => {
    const block = /^## tocsin\.yaml$[\s\S]*?^```yaml\n([\s\S]*?)^```/m.exec(text)?.[1] ?? '';
    const defaults = settingsSchema.parse({});
    expect(settingsSchema.parse(parse(block))).toEqual(defaults);
    // Nothing may be left out either: what is written there is all of it.
    expect(parse(block)).toEqual(JSON.parse(JSON.stringify(defaults)));
    // The keys without a default stand there as comments, and are settings once the mark is taken off.
    const whole: unknown = parse(block.replaceAll(/^( *)# (\w+:)/gm, '$1$2'));
    expect(settingsSchema.parse(whole)).toMatchObject({
      runbooks: { url: expect.any(String) },
      alerts: { resolveAfterMinutes: expect.any(Number) },
    });
  });

  it('explains the Slack manifest, with all of its scopes', () => {
    const manifest = z
      .object({ oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }) })
      .parse(parse(read('deploy/slack-manifest.yaml')));
    expect(text).toContain('`deploy/slack-manifest.yaml`');
    expect(firstColumn(text, 'Slack').toSorted()).toEqual(manifest.oauth_config.scopes.bot.toSorted());
  });
});

describe('docs/OPERATIONS.md', () => {
  const text = read('docs/OPERATIONS.md');

  it('quotes lines of the log as they are written', () => {
    const sources = files.filter((file) => file.startsWith('src/')).map(read);
    const lines = firstColumn(text, 'Logs');
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.filter((line) => !sources.some((source) => source.includes(`'${line}'`)))).toEqual([]);
  });
});

describe('docs/METRICS.md', () => {
  const text = read('docs/METRICS.md');
  const rules = z
    .object({ groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })) })
    .parse(parse(read('deploy/prometheus-rules.yaml')))
    .groups.flatMap((group) => group.rules);

  it('says what to do about every alert of Tocsin itself, and about no other', () => {
    expect(firstColumn(text, 'Alerts about Tocsin itself').toSorted()).toEqual(rules.map(({ alert }) => alert).toSorted());
  });

  it('has every metric that those alerts ask for', () => {
    const known = new Set(
      [...text.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell]) => [...(cell ?? '').matchAll(/`(\w+)/g)].map(([, name]) => name)),
    );
    const asked = rules.flatMap(({ expr }) => expr.match(/\b(?:tocsin|nodejs|process)_\w+/g) ?? []);
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.map((name) => name.replace(/_(bucket|count|sum)$/, '')).filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('docs/SIMULATOR.md', () => {
  it('has every fault and no other', () => {
    expect(new Set(firstColumn(read('docs/SIMULATOR.md'), 'Faults').filter((word) => /^\w+$/.test(word)))).toEqual(
      new Set(Object.keys(faultChange.shape)),
    );
  });
});

describe('docs/DEPENDENCIES.md', () => {
  const manifest = z
    .object({ dependencies: z.record(z.string(), z.string()), devDependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(read('package.json')));
  const installed = z.object({ version: z.string(), license: z.string() });

  it('lists every package with the version and licence that is installed', () => {
    const rows = [...read('docs/DEPENDENCIES.md').matchAll(/^\| `([^`]+)` \| ([\d.]+) \| ([\w. -]+) \|/gm)].map(
      ([, name, version, license]) => ({
        name,
        version,
        license,
      }),
    );
    const packages = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).map((name) => {
      const { version, license } = installed.parse(JSON.parse(read(`node_modules/${name}/package.json`)));
      return { name, version, license };
    });
    expect(rows.toSorted(byName)).toEqual(packages.toSorted(byName));
  });

  it('gives the reason for everything that knip is told to ignore', () => {
    const { ignoreDependencies } = z.object({ ignoreDependencies: z.array(z.string()) }).parse(JSON.parse(read('knip.json')));
    const reasons = read('docs/DEPENDENCIES.md').split('## What knip is told to ignore')[1]?.split('##')[0] ?? '';
    expect(ignoreDependencies.filter((name) => !reasons.includes(`\`${name}\``))).toEqual([]);
  });
});

function byName(a: { name?: string | undefined }, b: { name?: string | undefined }): number {
  return (a.name ?? '') < (b.name ?? '') ? -1 : 1;
}

/** Both are put together here, so that this file does not hold what it looks for. */
const machinePaths = new RegExp(`(?<![\\w.@~/-])/(?:${['work', 'root', 'tmp'].join('|')}|home/\\w+|Users/\\w+)(?![\\w-])`);
/** Whose paths lie in a container, or in the file system that a script imagines. */
const elsewhere = new Set([
  'src/interpreter/explain.ts',
  'test/authoring/lint.test.ts',
  'test/doors/exec-policy.test.ts',
  'test/doors/kubectl/core/call.test.ts',
  'test/interpreter/attacks.test.ts',
  'test/reading/read-command.test.ts',
  'test/real/kubectl/reads-objects.yaml',
]);
const registryHosts = new RegExp(
  [
    ['npmjs', 'org'],
    ['npmjs', 'com'],
    ['yarnpkg', 'com'],
    ['pypi', 'org'],
    ['proxy', 'golang', 'org'],
    ['crates', 'io'],
  ]
    .map((parts) => parts.join('[.]'))
    .join('|'),
);

describe('every file of the project', () => {
  // Runbooks are the team's own words.
  const texts = files.filter((file) => !/^runbooks\/|\.(png|db|db-\w+|log)$/.test(file)).map((file) => ({ file, text: read(file) }));

  it('is free of paths of the machine that it was written on', () => {
    const found = texts.filter(({ file, text }) => !elsewhere.has(file) && machinePaths.test(text));
    expect(found.map(({ file, text }) => `${file}: ${machinePaths.exec(text)?.[0]}`)).toEqual([]);
  });

  it('names no host of a package registry', () => {
    expect(texts.filter(({ text }) => registryHosts.test(text)).map(({ file }) => file)).toEqual([]);
  });

  it('leaves it to the installer where packages come from', () => {
    expect(read('package-lock.json')).not.toContain('"resolved"');
    expect(read('.npmrc')).toContain('omit-lockfile-registry-resolved=true');
  });

  it('can be installed by npm ci on every platform: no package of another one is missing from the lock file', () => {
    const entry = z.object({ optionalDependencies: z.record(z.string(), z.string()).optional() });
    const { packages } = z.object({ packages: z.record(z.string(), entry) }).parse(JSON.parse(read('package-lock.json')));
    const optional = Object.values(packages).flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies));
    expect(optional.filter((name) => !Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`)))).toEqual([]);
  });
});
