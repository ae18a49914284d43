import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

// The other side of `checkpoints.ts`: a connection that does nothing but checkpoints. It blocks no writer and waits for none.

const port = parentPort;
if (port === null || typeof workerData !== 'string') throw new Error('this file is started as a worker, with the path of a database');

const db = new DatabaseSync(workerData, { timeout: 0 });
db.exec('PRAGMA synchronous = FULL');
const checkpoint = db.prepare('PRAGMA wal_checkpoint(PASSIVE)');

/** While one pass moves pages the writer adds more, and a log begins anew only once all of it was moved: ever shorter passes follow. */
const mostPasses = 20;

function moveAll(): void {
  let before: unknown;
  for (let pass = 0; pass < mostPasses; pass += 1) {
    const { busy, log } = checkpoint.get() ?? {};
    if (busy !== 0 || log === before) return;
    before = log;
  }
}

port.on('message', (message) => {
  if (message === 'checkpoint') {
    moveAll();
    port.postMessage('done');
    return;
  }
  db.close();
  port.close();
});
