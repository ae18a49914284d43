import type { Command } from '../src/chat/command.ts';
import { ack } from './ack.ts';
import { approve } from './approve.ts';
import { assign } from './assign.ts';
import { breakglass } from './breakglass.ts';
import { cancel } from './cancel.ts';
import { catchup } from './catchup.ts';
import { declare } from './declare.ts';
import { deny } from './deny.ts';
import { did } from './did.ts';
import { doctor } from './doctor.ts';
import { exportCommand } from './export.ts';
import { help } from './help.ts';
import { lead } from './lead.ts';
import { list } from './list.ts';
import { mitigate } from './mitigate.ts';
import { note } from './note.ts';
import { now } from './now.ts';
import { output } from './output.ts';
import { query } from './query.ts';
import { reopen } from './reopen.ts';
import { resolve } from './resolve.ts';
import { run } from './run.ts';
import { runbook } from './runbook.ts';
import { severity } from './severity.ts';
import { show } from './show.ts';
import { skip } from './skip.ts';
import { timeline } from './timeline.ts';
import { undo } from './undo.ts';
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
  runbook,
  run,
  query,
  output,
  mitigate,
  approve,
  deny,
  cancel,
  undo,
  breakglass,
  did,
  skip,
  note,
  update,
  severity,
  assign,
  resolve,
  reopen,
  timeline,
  exportCommand,
  doctor,
  help,
];
