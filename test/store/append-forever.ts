import { silentLog } from '../../src/kernel/log.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { exampleDelivery } from '../support/examples.ts';

// A process to be killed: appends deliveries from eight callers at once and prints each id once it is acknowledged.
const [path, prefix] = process.argv.slice(2);
if (path === undefined || prefix === undefined) throw new Error('usage: append-forever.ts PATH PREFIX');
const store = openSqliteStore({ path, log: silentLog });

async function append(caller: number): Promise<never> {
  for (let count = 0; ; count += 1) {
    const id = `${prefix}_${caller}_${count}`;
    await store.deliveries.append(exampleDelivery({ id, body: `{"id":"${id}","padding":"${'x'.repeat(2000)}"}` }));
    process.stdout.write(`${id}\n`);
  }
}
await Promise.all(Array.from({ length: 8 }, (_, caller) => append(caller)));
