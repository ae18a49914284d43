import type { Command } from '../src/chat/command.ts';
import { ack } from './ack.ts';
import { assign } from './assign.ts';
import { catchup } from './catchup.ts';
import { declare } from './declare.ts';
import { exportCommand } from './export.ts';
import { help } from './help.ts';
import { lead } from './lead.ts';
import { list } from './list.ts';
import { note } from './note.ts';
import { now } from './now.ts';
import { reopen } from './reopen.ts';
import { resolve } from './resolve.ts';
import { severity } from './severity.ts';
import { show } from './show.ts';
import { timeline } from './timeline.ts';
import { update } from './update.ts';

/** Every command, in the order in which help shows them: what an incident needs from its beginning to its end. */
export const commands: readonly Command[] = [
  now,
  list,
  declare,
  ack,
  lead,
  show,
  catchup,
  note,
  update,
  severity,
  assign,
  resolve,
  reopen,
  timeline,
  exportCommand,
  help,
];
