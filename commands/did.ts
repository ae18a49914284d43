import { markingCommand } from '../src/chat/marking.ts';

/** Says that a step which people do themselves is done. */
export const did = markingCommand('done', {
  name: 'did',
  aliases: ['checked'],
  summary: 'Say that you did a manual step of the runbook',
  example: 'The deploy of 13:50 is the only change',
});
