import { createRequire } from 'node:module';
import type { HTTPModuleFunctions, HTTPReceiver as HttpReceiver, SocketModeReceiver } from '@slack/bolt';

// The parts of Bolt that are used, each from its own file: its index loads every way to receive, with Express and undici, which costs 15 MB at rest and a
// tenth of a second of each start.
const require = createRequire(import.meta.url);

const http: { default: typeof HttpReceiver } = require('@slack/bolt/dist/receivers/HTTPReceiver.js');
export const HTTPReceiver = http.default;

/** How it reads and unpacks the bodies of requests. */
export const bodies: typeof HTTPModuleFunctions = require('@slack/bolt/dist/receivers/HTTPModuleFunctions.js');

/** Only who opens a socket to Slack loads what that takes. */
export function loadSocketReceiver(): typeof SocketModeReceiver {
  const socket: { default: typeof SocketModeReceiver } = require('@slack/bolt/dist/receivers/SocketModeReceiver.js');
  return socket.default;
}
