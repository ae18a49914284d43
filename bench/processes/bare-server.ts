import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { DatabaseSync } from 'node:sqlite';

// What Tocsin's intake is compared with: a request's body is read as JSON and stored, everything that arrives in one turn of the event loop in
// one transaction, each request answered after it. No token, no checks, no work afterwards.

const db = new DatabaseSync(process.argv[2] ?? '');
db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE bodies (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT');
const begin = db.prepare('BEGIN IMMEDIATE');
const insert = db.prepare('INSERT INTO bodies (body) VALUES (?)');
const commit = db.prepare('COMMIT');
let waiting: { body: string; response: ServerResponse }[] = [];

function flush(): void {
  const batch = waiting;
  waiting = [];
  begin.run();
  for (const { body } of batch) insert.run(body);
  commit.run();
  for (const { response } of batch) response.end('stored\n');
}

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (piece: string) => void (body += piece));
  request.on('end', () => {
    JSON.parse(body);
    waiting.push({ body, response });
    if (waiting.length === 1) setImmediate(flush);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/` });
});
process.on('message', () => process.send?.({ stored: db.prepare('SELECT count(*) AS count FROM bodies').get()?.['count'] }));
process.once('disconnect', () => process.exit(0));
