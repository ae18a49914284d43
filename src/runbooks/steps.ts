import type { Code } from 'mdast';
import { type BlockContent, type DraftCommand, readBlockContent } from './commands.ts';
import { readHeading } from './headings.ts';
import { codePlace, lineOf, type MarkdownFile } from './markdown.ts';
import { isInlineCommand } from './programs.ts';
import { type Prose, proseText, readProse } from './prose.ts';
import type { MinuteWindow, PhaseKind, RunbookBlock, RunbookCommand, RunbookPhase, RunbookStep } from './runbook.ts';
import type { Section } from './sections.ts';
import type { Report } from './warnings.ts';

/** Makes the phases of one runbook, one after the other; it counts their steps through. */
export type StepReader = { readPhase(section: Section, kind: PhaseKind): RunbookPhase };

/** What a heading hands down to those below it. */
type Place = {
  phase: RunbookStep['phase'];
  groups: readonly string[];
  condition: string | undefined;
  window: MinuteWindow | undefined;
};

export function createStepReader(file: MarkdownFile, report: Report): StepReader {
  const ids = new Set<string>();
  let number = 0;

  function readStep(section: Section, prose: Prose, place: Place): RunbookStep {
    number += 1;
    const heading = readHeading(section.heading);
    const numbering = { step: number, next: 1 };
    const blocks = prose.code.map(({ node, lead }) => readBlock(node, lead, numbering));
    return {
      id: uniqueId(ids, [place.phase.title, heading.title]),
      number,
      title: heading.title,
      condition: heading.condition ?? place.condition,
      groups: place.groups,
      window: heading.window ?? place.window,
      phase: place.phase,
      line: section.line,
      items: prose.items,
      blocks,
      inlineCommands: readInline(prose, numbering),
    };
  }

  function readBlock(node: Code, lead: string | undefined, numbering: Numbering): RunbookBlock {
    const place = codePlace(node, file.lines);
    if (!place.closed) {
      report({ code: 'unclosed_fence', line: lineOf(node), expected: 'a closing fence below the block', fix: '```' });
    }
    const language = node.lang?.replace(/^[{.]+|[}]+$/g, '').toLowerCase();
    const { content, commands } = readBlockContent(language, node.value);
    for (const command of commands) reportSlips(command, place.textLine, content);
    return {
      language: language === '' ? undefined : language,
      attributes: node.meta ?? undefined,
      fenced: place.fenced,
      line: lineOf(node),
      textLine: place.textLine,
      text: node.value,
      lead,
      content,
      isCommands: content === 'commands',
      commands: commands.map((command) => numbered(command, place.textLine, numbering)),
    };
  }

  function reportSlips(command: DraftCommand, textLine: number, content: BlockContent['content']): void {
    const line = textLine + command.index;
    if (!command.closed) {
      report({
        code: 'unclosed_command',
        line,
        expected: 'every quote, bracket, heredoc and loop of the command closed',
        fix: 'close it, or put the text in a block without a language',
      });
    }
    if (content === 'commands' && /^--?[a-z]/i.test(command.text)) {
      report({ code: 'cut_command', line, expected: 'a program at the start of the line', fix: 'end the line above with a backslash' });
    }
  }

  function readSection(section: Section, place: Place, isPhase: boolean): RunbookStep[] {
    const prose = readProse(section.content);
    const heading = readHeading(section.heading);
    const steps: RunbookStep[] = [];
    if (isStep(section, prose, isPhase)) steps.push(readStep(section, prose, place));
    const below: Place = {
      phase: place.phase,
      groups: isPhase ? [] : [...place.groups, heading.title],
      condition: heading.condition ?? place.condition,
      window: heading.window ?? place.window,
    };
    for (const child of section.children) steps.push(...readSection(child, below, false));
    return steps;
  }

  return {
    readPhase(section, kind) {
      const { title, window } = readHeading(section.heading);
      const prose = readProse(section.content);
      const steps = readSection(section, { phase: { kind, title }, groups: [], condition: undefined, window }, true);
      const intro = isStep(section, prose, true) ? '' : proseText(prose.items);
      return { title, kind, window, line: section.line, intro: intro === '' ? undefined : intro, steps };
    },
  };
}

/** A heading is a step when it holds code, a list or prose; prose that introduces the headings of a phase belongs to the phase. */
function isStep(section: Section, prose: Prose, isPhase: boolean): boolean {
  if (prose.code.length > 0 || prose.items.some((item) => item.kind === 'item')) return true;
  if (prose.inline.some((node) => isInlineCommand(node.value))) return true;
  return prose.items.length > 0 && !(isPhase && section.children.length > 0);
}

type Numbering = { step: number; next: number };

function numbered(command: DraftCommand, textLine: number, numbering: Numbering): RunbookCommand {
  const { kind, title, text, source, lineCount, prompt, expectedOutput, index } = command;
  const number = `${numbering.step}.${numbering.next}`;
  numbering.next += 1;
  return { number, kind, title, text, source, line: textLine + index, lineCount, prompt, expectedOutput };
}

function readInline(prose: Prose, numbering: Numbering): RunbookCommand[] {
  return prose.inline
    .filter((node) => isInlineCommand(node.value))
    .map((node) => {
      const text = node.value.replace(/\s+/g, ' ').trim().replace(/^\$ /, '');
      const lineCount = (node.position?.end.line ?? lineOf(node)) - lineOf(node) + 1;
      const line = { kind: 'shell', title: undefined, text, source: node.value, lineCount, index: 0, closed: true } as const;
      return numbered({ ...line, prompt: undefined, expectedOutput: undefined }, lineOf(node), numbering);
    });
}

function uniqueId(ids: Set<string>, words: readonly string[]): string {
  const id = words.map(slug).join('/');
  let unique = id;
  for (let count = 2; ids.has(unique); count += 1) unique = `${id}-${count}`;
  ids.add(unique);
  return unique;
}

/** The words of a text in lower case with hyphens between them, as in the addresses of headings. */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
}
