import { defineIncidentCommand } from '../src/chat/command.ts';
import { executionNumber, requireExecution } from '../src/chat/execution-call.ts';
import { say } from '../src/chat/views/answers.ts';
import { code } from '../src/chat/views/inline.ts';
import { drawWholeOutput } from '../src/chat/views/output.ts';
import { nameOf } from '../src/incidents/incident.ts';

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
    if (document !== undefined) return drawWholeOutput(execution, document);
    if (execution.type === 'manual') return say(`Nothing is stored about #${execution.number}: people did it themselves.`);
    return say(
      `The output of #${execution.number} is not kept any more. The timeline has its beginning and its end: `,
      code(`${desk.command} export ${nameOf(incident)}`),
    );
  },
});
