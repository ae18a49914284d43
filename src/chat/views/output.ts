import type { ExecutionDocument } from '../../executions/document.ts';
import { isLong, shownCharacters, shownLines } from '../../executions/files.ts';
import type { Execution } from '../../incidents/execution.ts';
import { fileNameOf, nameOf } from '../../incidents/incident.ts';
import type { Output } from '../../interpreter/script.ts';
import type { Block, Message, MessageFile } from '../message.ts';
import { message } from './answers.ts';
import { bold, contextBlock, textBlock } from './inline.ts';

const wholeCharacters = 7000;

/** What a run printed as far as a message can hold it: all, or its first and last lines. */
export function outputBlocks(output: Output): readonly Block[] {
  const text = textOf(output).trimEnd();
  if (text === '') return [];
  const lines = text.split('\n');
  if (!isLong(output)) return [{ type: 'code', text }];
  const half = shownLines / 2;
  const head = fit(lines.slice(0, half).join('\n'), 'start');
  const tail = fit(lines.slice(-half).join('\n'), 'end');
  const left = Math.max(0, lines.length - 2 * half);
  return [
    { type: 'code', text: head },
    contextBlock(
      left > 0 ? `… ${left} lines left out; the whole output is in the file below …` : '… the whole output is in the file below …',
    ),
    { type: 'code', text: tail },
  ];
}

function textOf({ head, tail, droppedBytes }: Output): string {
  return droppedBytes === 0 ? head + tail : `${head}\n[… ${droppedBytes} bytes were not kept …]\n${tail}`;
}

function fit(text: string, keep: 'start' | 'end'): string {
  const room = shownCharacters / 2;
  if (text.length <= room) return text;
  return keep === 'start' ? `${text.slice(0, room)}…` : `…${text.slice(-room)}`;
}

/** The output of an execution, whichever kind it is. */
export function outputIn({ report, outcome, planFailure }: ExecutionDocument): Output | undefined {
  return report?.output ?? outcome?.output ?? planFailure?.output;
}

/** The output for one person who asked for it. */
export function drawWholeOutput(execution: Execution, document: ExecutionDocument): Message {
  const output = outputIn(document);
  const text = output === undefined ? '' : textOf(output).trimEnd();
  const title = bold(`#${execution.number} · ${execution.title}`);
  if (text === '') return message([title, ' has printed nothing.'], []);
  const cut = text.length > wholeCharacters;
  return message(
    [title],
    [
      { type: 'code', text: cut ? text.slice(-wholeCharacters) : text },
      ...(cut ? [textBlock(`The last ${wholeCharacters} of ${text.length} characters; the file in the thread has them all.`)] : []),
    ],
  );
}

/** The output as a file of the thread. */
export function outputFile(incident: { number: number }, execution: Execution, output: Output): MessageFile {
  return {
    name: fileNameOf({ type: 'file', number: execution.number, part: 'output' }),
    title: `${nameOf(incident)} #${execution.number} ${execution.title}`,
    base64: Buffer.from(textOf(output), 'utf8').toString('base64'),
  };
}

/** The chart of an answer as a file of the thread. */
export function chartFile(incident: { number: number }, execution: Execution, picture: Uint8Array): MessageFile {
  return {
    name: fileNameOf({ type: 'file', number: execution.number, part: 'chart' }),
    title: `${nameOf(incident)} #${execution.number} ${execution.title}`,
    base64: Buffer.from(picture).toString('base64'),
  };
}
