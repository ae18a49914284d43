import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { BSON } from 'mongodb';

/** What the server answers to writes instead of doing them, or (`after`) although it has done them. */
export type Refusal = { code: number; codeName: string; after?: true };

/** MongoDB's own codes and names. */
export const refusals = {
  notPrimary: { code: 10_107, codeName: 'NotWritablePrimary' },
  steppedDown: { code: 189, codeName: 'PrimarySteppedDown', after: true },
  shuttingDown: { code: 11_600, codeName: 'InterruptedAtShutdown' },
  diskFull: { code: 14_031, codeName: 'OutOfDiskSpace' },
} as const satisfies Record<string, Refusal>;

/** Stands between a driver and a MongoDB-wire server, knows each command, and refuses what it is told to. */
export type MongoFront = {
  port: number;
  /** Holds for every write from now on. */
  refuse(refusal: Refusal | undefined): void;
  /** Names of the writes that were refused so far. */
  refused(): readonly string[];
  close(): Promise<void>;
};

const opMsg = 2013;
const headerBytes = 16;
const writes = new Set(['insert', 'update', 'delete', 'findAndModify', 'bulkWrite']);

export async function startMongoFront(target: { host: string; port: number }): Promise<MongoFront> {
  const sockets = new Set<Socket>();
  const refused: string[] = [];
  let refusal: Refusal | undefined;

  const server = createServer((client) => {
    const backend = connect(target);
    /** Requests whose answer is to be another one, by their id. */
    const spoilt = new Map<number, Refusal>();
    for (const [one, other] of [
      [client, backend],
      [backend, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    eachMessage(client, (message) => {
      const name = commandOf(message);
      const id = message.readInt32LE(4);
      if (refusal === undefined || name === undefined || !writes.has(name)) return void backend.write(message);
      refused.push(name);
      if (refusal.after !== true) return void client.write(refusalOf(id, refusal));
      spoilt.set(id, refusal);
      backend.write(message);
    });
    eachMessage(backend, (message) => {
      const id = message.readInt32LE(8);
      const spoils = spoilt.get(id);
      spoilt.delete(id);
      client.write(spoils === undefined ? message : refusalOf(id, spoils));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    // A server that listens on a port has an address with a port.
    port: (server.address() as AddressInfo).port,
    refuse(next) {
      refusal = next;
    },
    refused: () => refused,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The wire protocol's messages begin with their length, little-endian, themselves included. */
function eachMessage(socket: Socket, take: (message: Buffer) => void): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (bytes: Buffer) => {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= headerBytes && rest.length >= rest.readInt32LE(0)) {
      const length = rest.readInt32LE(0);
      take(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  });
}

/** The name of the command: the first key of the body, which follows the header, the flags and the kind of its section. */
function commandOf(message: Buffer): string | undefined {
  if (message.readInt32LE(12) !== opMsg || message[headerBytes + 4] !== 0) return undefined;
  const at = headerBytes + 5;
  return Object.keys(BSON.deserialize(message.subarray(at, at + message.readInt32LE(at))))[0];
}

function refusalOf(request: number, { code, codeName }: Refusal): Buffer {
  const body = BSON.serialize({ ok: 0, code, codeName, errmsg: `the test says ${codeName}` });
  const message = Buffer.alloc(headerBytes + 5 + body.length);
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(request, 8);
  message.writeInt32LE(opMsg, 12);
  message.set(body, headerBytes + 5);
  return message;
}
