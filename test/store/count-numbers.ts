import { silentLog } from '../../src/kernel/log.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';

// One of several processes on one database file: takes incident numbers one after the other and prints them.
const [path, count] = process.argv.slice(2);
if (path === undefined || count === undefined) throw new Error('usage: count-numbers.ts PATH COUNT');
const store = openSqliteStore({ path, log: silentLog });
for (let taken = 0; taken < Number(count); taken += 1) process.stdout.write(`${await store.incidents.nextNumber()}\n`);
await store.close();
