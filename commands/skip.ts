import { markingCommand } from '../src/chat/marking.ts';

/** Says that a step is left out. */
export const skip = markingCommand('skipped', {
  name: 'skip',
  aliases: ['skipped'],
  summary: 'Say that a step of the runbook is left out, and why',
  example: 'No status page for this service',
});
