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
  'src/redaction': [],
  'src/incidents': ['src/kernel', 'src/timeline'],
  'src/alerts': ['src/kernel', 'src/timeline', 'src/incidents', 'src/runbooks'],
  'src/measures': ['src/kernel', 'src/incidents', 'src/runbooks'],
  'src/people': ['src/kernel', 'src/incidents'],
  // What runs a step: doors to the outside, the interpreter before them, plans above both.
  'src/doors': ['src/kernel', 'src/runbooks'],
  'src/interpreter': ['src/kernel', 'src/doors'],
  'src/reading': ['src/doors', 'src/runbooks'],
  'src/charts': ['src/doors'],
  'src/authoring': ['src/kernel', 'src/runbooks', 'src/doors', 'src/reading'],
  'src/operations': ['src/kernel', 'src/doors', 'src/interpreter', 'src/reading'],
  'src/executions': [
    'src/kernel',
    'src/timeline',
    'src/incidents',
    'src/runbooks',
    'src/people',
    'src/doors',
    'src/interpreter',
    'src/reading',
    'src/operations',
  ],
  'src/export': ['src/kernel', 'src/timeline', 'src/incidents', 'src/runbooks', 'src/alerts'],
  'src/chat': [
    'src/kernel',
    'src/timeline',
    'src/incidents',
    'src/runbooks',
    'src/alerts',
    'src/export',
    'src/doors',
    'src/interpreter',
    'src/reading',
    'src/operations',
    'src/executions',
    'src/charts',
  ],
  'src/outbox': ['src/kernel', 'src/timeline', 'src/incidents', 'src/chat'],
  'src/schedule': ['src/kernel', 'src/incidents', 'src/measures'],
  'src/config': ['src/kernel'],
  // Adapters: each its own vendor and the ports that it fulfils, never another adapter.
  'src/store': [
    'src/kernel',
    'src/timeline',
    'src/incidents',
    'src/alerts',
    'src/outbox',
    'src/executions',
    'src/operations',
    'src/interpreter',
    'src/doors',
  ],
  'src/slack': ['src/kernel', 'src/incidents', 'src/chat', 'src/outbox', 'src/people'],
  'src/kubernetes': ['src/kernel', 'src/doors'],
  'src/prometheus': ['src/kernel', 'src/doors', 'src/measures'],
  'src/alertmanager': ['src/kernel', 'src/alerts'],
  'src/web-targets': ['src/kernel', 'src/doors'],
  'src/alarm': ['src/kernel', 'src/outbox'],
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
    'src/alerts',
    'src/outbox',
    'src/bot',
    'src/main',
    'src/http',
    'src/runbooks',
    'src/redaction',
    'src/doors',
    'src/interpreter',
    'src/authoring',
    'src/reading',
    'src/operations',
    'src/executions',
    'src/chat',
  ],
  commands: [
    'src/kernel',
    'src/timeline',
    'src/incidents',
    'src/runbooks',
    'src/chat',
    'src/export',
    'src/alerts',
    'src/executions',
    'src/operations',
  ],
};

/** Where everything is put together. A folder ends in a slash. */
const compositionRoots = ['src/main.ts', 'src/bot.ts', 'src/cli.ts', 'src/cli/terminal-tools.ts', 'src/wiring/'];

/** Nothing but the entry files and the command line may take from where everything is put together. */
const mayImportWiring = ['src/main.ts', 'src/bot.ts', 'src/cli'];

/** Vendors stay where they are wrapped. */
const vendors: readonly { name: RegExp; folders: readonly string[] }[] = [
  { name: /^@slack\//, folders: ['src/slack/', 'src/simulator/slack/'] },
  { name: /^mongodb$/, folders: ['src/store/mongo/'] },
  { name: /^@kubernetes\//, folders: ['src/kubernetes/'] },
  { name: /^undici$/, folders: ['src/kubernetes/'] },
  { name: /^axios$/, folders: ['src/prometheus/', 'src/alertmanager/', 'src/web-targets/', 'src/alarm/'] },
  { name: /^ipaddr\.js$/, folders: ['src/web-targets/'] },
  { name: /^just-bash$/, folders: ['src/interpreter/'] },
  { name: /^node:(worker_threads|child_process|vm)$/, folders: ['src/interpreter/', 'src/store/sqlite/'] },
  { name: /^unbash$/, folders: ['src/reading/'] },
  { name: /^(@prometheus-io\/lezer-promql|@lezer\/\w+)$/, folders: ['src/doors/curl/', 'src/simulator/prometheus/'] },
  { name: /^(echarts(\/\w+)?|@resvg\/resvg-wasm|dejavu-fonts-ttf)$/, folders: ['src/charts/'] },
  { name: /^(mdast-util-|micromark-extension-)/, folders: ['src/runbooks/'] },
  { name: /^node-cron$/, folders: ['src/schedule/'] },
  { name: /^pino$/, folders: ['src/cli/'] },
  { name: /^node:sqlite$/, folders: ['src/store/sqlite/', 'src/simulator/'] },
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

function isRoot(file: string): boolean {
  return compositionRoots.some((root) => (root.endsWith('/') ? file.startsWith(root) : file === root));
}

const files = [...sources('src'), ...sources('commands')];
const imports = files.flatMap(importsOf);
const local = imports
  .filter(({ target }) => target.startsWith('.'))
  .map(({ file, target }) => ({ file, target: normalize(join(dirname(file), target)) }));

describe('the arrows between folders run one way', () => {
  it('every folder has its place in the table', () => {
    const unknown = files.filter((file) => !isRoot(file) && mayImport[folderOf(file)] === undefined).map(folderOf);
    expect([...new Set(unknown)]).toEqual([]);
  });

  it('no file imports what its folder may not', () => {
    const broken = local
      .filter(({ file }) => !isRoot(file))
      .filter(({ target }) => !target.startsWith('src/wiring/'))
      .filter(({ file, target }) => {
        const [from, to] = [folderOf(file), folderOf(target)];
        return from !== to && !(mayImport[from] ?? []).includes(to.replace(/\.ts$/, ''));
      })
      .map(({ file, target }) => `${file} imports ${target}`);
    expect(broken).toEqual([]);
  });

  it('only entry files take what src/wiring puts together', () => {
    const takers = local.filter(({ target }) => target.startsWith('src/wiring/')).map(({ file }) => file);
    expect(takers.filter((file) => !isRoot(file) && !mayImportWiring.some((root) => file.startsWith(root)))).toEqual([]);
  });

  it('the table holds nothing that is not there', () => {
    const known = new Set([...files.map(folderOf), ...Object.keys(mayImport)]);
    expect(Object.keys(mayImport).filter((folder) => !files.some((file) => folderOf(file) === folder))).toEqual([]);
    expect(
      Object.values(mayImport)
        .flat()
        .filter((folder) => !known.has(folder) && !known.has(`${folder}.ts`)),
    ).toEqual([]);
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
