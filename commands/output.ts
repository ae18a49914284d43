import { defineIncidentCommand } from '../src/chat/command.ts';
import { executionNumber, requireExecution } from '../src/chat/execution-call.ts';
import { say } from '../src/chat/views/answers.ts';
import { drawWholeOutput } from '../src/chat/views/output.ts';

/** What a run printed, for the person who asks. */
export const output = defineIncidentCommand({
  name: 'output',
  aliases: ['result', 'results'],
  summary: 'What a run printed, as much as fits; only you see it',
  usage: 'output [INC-12] 3',
  examples: ['output 3'],
  words: 'numbers',
  args: executionNumber,
  async run({ desk, incident }, { number }) {
    const execution = requireExecution(incident, number);
    const document = await desk.documents.get(execution.id);
    return document === undefined ? say(`Nothing is stored about #${execution.number}.`) : drawWholeOutput(execution, document);
  },
});
