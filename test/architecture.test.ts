import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Which folders each folder may import. A folder that is not listed here fails the test: say where it belongs. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'src/kernel': [],
  'src/timeline': ['src/kernel'],
  'src/runbooks': ['src/kernel'],
  'src/incidents': ['src/kernel', 'src/timeline'],
  'src/alerts': ['src/kernel', 'src/timeline', 'src/incidents', 'src/runbooks'],
  'src/measures': ['src/kernel', 'src/incidents', 'src/runbooks'],
  'src/export': ['src/kernel', 'src/timeline', 'src/incidents', 'src/runbooks', 'src/alerts'],
  'src/chat': ['src/kernel', 'src/timeline', 'src/incidents', 'src/runbooks', 'src/alerts', 'src/export'],
  'src/outbox': ['src/kernel', 'src/timeline', 'src/incidents', 'src/chat'],
  'src/schedule': ['src/kernel', 'src/incidents', 'src/measures'],
  'src/config': ['src/kernel'],
  'src/store': ['src/kernel', 'src/timeline', 'src/incidents', 'src/alerts', 'src/outbox'],
  'src/slack': ['src/kernel', 'src/incidents', 'src/chat', 'src/outbox'],
  'src/prometheus': ['src/kernel', 'src/measures'],
  'src/http': ['src/kernel', 'src/alerts'],
  'src/web': ['src/simulator'],
  'src/simulator': ['src/kernel'],
  'src/cli': [
    'src/kernel',
    'src/config',
    'src/export',
    'src/store',
    'src/simulator',
    'src/incidents',
    'src/timeline',
    'src/main',
    'src/runbooks',
  ],
  commands: ['src/kernel', 'src/timeline', 'src/incidents', 'src/runbooks', 'src/chat', 'src/export', 'src/alerts'],
};

/** The entry files, which put everything together. */
const compositionRoots = ['src/main.ts', 'src/cli.ts'];

/** Vendors stay where they are wrapped. */
const vendors: readonly { name: RegExp; folders: readonly string[] }[] = [
  { name: /^@slack\//, folders: ['src/slack', 'src/simulator/slack'] },
  { name: /^mongodb$/, folders: ['src/store/mongo'] },
  { name: /^@kubernetes\//, folders: ['src/kubernetes'] },
  { name: /^axios$/, folders: ['src/prometheus', 'src/alertmanager'] },
  { name: /^node-cron$/, folders: ['src/schedule'] },
  { name: /^pino$/, folders: ['src/main.ts', 'src/kernel/log.ts', 'src/cli'] },
  { name: /^node:sqlite$/, folders: ['src/store/sqlite', 'src/simulator'] },
];

type Import = { file: string; target: string };

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/^(?:import|export)\s[^;]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm)].map((match) => ({
    file,
    target: match[1] ?? match[2] ?? match[3] ?? '',
  }));
}

function folderOf(path: string): string {
  const [top, second] = path.split('/');
  if (top !== 'src') return top ?? '';
  return second === undefined || second.endsWith('.ts') ? path : `src/${second}`;
}

const files = [...sources('src'), ...sources('commands')];
const imports = files.flatMap(importsOf);
const local = imports
  .filter(({ target }) => target.startsWith('.'))
  .map(({ file, target }) => ({ file, target: normalize(join(dirname(file), target)) }));

describe('the arrows between folders run one way', () => {
  it('every folder has its place in the table', () => {
    const unknown = files.map(folderOf).filter((folder) => !compositionRoots.includes(folder) && mayImport[folder] === undefined);
    expect([...new Set(unknown)]).toEqual([]);
  });

  it('no file imports what its folder may not', () => {
    const broken = local
      .filter(({ file }) => !compositionRoots.includes(file))
      .filter(({ file, target }) => {
        const [from, to] = [folderOf(file), folderOf(target)];
        return from !== to && !(mayImport[from] ?? []).includes(to.replace(/\.ts$/, ''));
      })
      .map(({ file, target }) => `${file} imports ${target}`);
    expect(broken).toEqual([]);
  });

  it('the table itself has no circle', () => {
    const floor = (folder: string, seen: readonly string[]): void => {
      expect(seen, `${[...seen, folder].join(' -> ')} runs in a circle`).not.toContain(folder);
      for (const next of mayImport[folder] ?? []) floor(next, [...seen, folder]);
    };
    for (const folder of Object.keys(mayImport)) floor(folder, []);
  });

  it('vendor packages stay in the folder that wraps them', () => {
    const strays = imports.flatMap(({ file, target }) => {
      const vendor = vendors.find(({ name }) => name.test(target));
      return vendor === undefined || vendor.folders.some((folder) => file.startsWith(folder)) ? [] : [`${file} imports ${target}`];
    });
    expect(strays).toEqual([]);
  });

  it('the environment is read in the command line alone', () => {
    const readers = files.filter((file) => /process\.env/.test(readFileSync(join(root, file), 'utf8')) && !file.startsWith('src/cli'));
    expect(readers).toEqual([]);
  });
});
