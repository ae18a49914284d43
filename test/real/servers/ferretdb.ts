import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const cacheDir = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const binary = join(cacheDir, 'tocsin-servers', 'ferretdb-atomic');
const otherServer = process.env['MONGODB_URL'];

export const mongoServer = {
  name: 'a MongoDB server',
  present: otherServer !== undefined || existsSync(binary),
  how: `run ${fileURLToPath(new URL('build.sh', import.meta.url))}, or set MONGODB_URL to a server that tests may create databases on`,
};

export type RunningServer = {
  /** The connection string for a database of this name. */
  urlFor(database: string): string;
  /** Does nothing to a server that `MONGODB_URL` names. */
  stop(): Promise<void>;
};

/**
 * Starts a MongoDB-wire server on a free loopback port with a folder of its own, and resolves when it listens. With `MONGODB_URL` set it
 * starts nothing: tests then use that server, each with a database of its own.
 */
export async function startMongoServer(): Promise<RunningServer> {
  if (otherServer !== undefined) return { urlFor: (database) => withDatabase(otherServer, database), stop: async () => {} };
  const dir = mkdtempSync(join(tmpdir(), 'tocsin-ferretdb-'));
  const server = spawn(binary, ['-listen', '127.0.0.1:0', '-dir', dir, '-attached'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const address = await listeningAddress(server);
  return {
    urlFor: (database) => `mongodb://${address}/${database}?directConnection=true`,
    async stop() {
      if (server.exitCode === null && server.signalCode === null) {
        const gone = once(server, 'exit');
        server.kill('SIGTERM');
        await gone;
      }
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function listeningAddress(server: ChildProcess): Promise<string> {
  if (server.stdout === null) throw new Error('the server was started without its standard output');
  for await (const line of createInterface({ input: server.stdout })) {
    const address = /^listening on (\S+)$/.exec(line)?.[1];
    if (address !== undefined) return address;
  }
  throw new Error('the server ended before it listened');
}

function withDatabase(url: string, database: string): string {
  return url.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]*)(?:\/[^?]*)?/, `$1/${database}`);
}
