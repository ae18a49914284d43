import { noArguments } from '../src/chat/arguments.ts';
import { defineIncidentCommand } from '../src/chat/command.ts';
import type { DownloadFormat } from '../src/chat/desk.ts';
import { message } from '../src/chat/views/answers.ts';
import { bold, code, contextBlock, linkInline, textBlock } from '../src/chat/views/inline.ts';
import { countText } from '../src/export/wording.ts';
import { nameOf } from '../src/incidents/incident.ts';

export const exportCommand = defineIncidentCommand({
  name: 'export',
  aliases: ['download'],
  summary: 'The whole record as a file: Markdown to read, JSON to verify',
  usage: 'export [INC-12]',
  examples: ['export', 'export INC-12'],
  args: noArguments,
  run({ desk, incident }) {
    const address = (format: DownloadFormat) => desk.downloads.linkFor(incident, format);
    return Promise.resolve(
      message(
        [bold(`Export of ${nameOf(incident)}`), `, ${countText(incident.timeline.seq, 'timeline entry', 'timeline entries')}`],
        [
          textBlock(
            linkInline('Markdown', address('md')),
            ' to read and to share · ',
            linkInline('JSON', address('json')),
            ' with the hash chain',
          ),
          contextBlock('Anybody can check the JSON file, offline: ', code('tocsin verify FILE')),
        ],
      ),
    );
  },
});
