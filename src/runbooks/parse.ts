import { basename } from 'node:path/posix';
import { sha256 } from '../kernel/hash.ts';
import { readBlockContent } from './commands.ts';
import { readTemplates } from './communication.ts';
import { isMisencoded, repairText } from './encoding.ts';
import { readEscalation } from './escalation.ts';
import { readFrontMatter } from './front-matter.ts';
import { readHeading, type SectionKind, sectionKind } from './headings.ts';
import { readImpact } from './impact.ts';
import { type MarkdownFile, readLinks, readMarkdown } from './markdown.ts';
import { isInlineCommand } from './programs.ts';
import { proseText, readProse } from './prose.ts';
import type { BackgroundSection, EscalationRung, PhaseKind, ProseItem, Runbook, RunbookPhase, RunbookSeverity } from './runbook.ts';
import { type Outline, readOutline, type Section } from './sections.ts';
import { readStatedSeverity, severityLine } from './severity.ts';
import { createStepReader } from './steps.ts';
import { readVerification } from './verification.ts';
import { createReport, type Report } from './warnings.ts';

/** Reads a runbook from Markdown. Pure and total: what is malformed becomes a warning, never an error. `path` is its name in the library. */
export function parseRunbook(input: { path: string; text: string }): Runbook {
  const file = readMarkdown(input.text);
  const { report, warnings } = createReport(input.path, file.lines);
  reportEncoding(file, report);
  const frontMatter = readFrontMatter(file, report);
  const outline = readOutline(file);
  const title = readTitle(input.path, outline, { report, given: frontMatter.title });
  const parts = sortSections(outline.sections);
  const phases = readPhases(parts, { file, report, outline, title });
  return deepFreeze({
    path: input.path,
    digest: sha256(input.text),
    title,
    frontMatter,
    alertDescription: readDescription(parts, outline),
    severity: readSeverityOf(parts, outline, report),
    impact: readImpact(proseOf(parts, 'impact')),
    phases,
    steps: phases.flatMap((phase) => phase.steps),
    verification: readVerification(phases),
    escalation: partsOf(parts, 'escalation').flatMap((section): EscalationRung[] => readEscalation(section, report)),
    templates: readTemplates(partsOf(parts, 'templates'), file, report),
    background: parts.filter((part) => part.kind === 'unknown' && !isOtherPhase(part)).map(({ section }) => backgroundOf(section)),
    links: readLinks(file),
    warnings: warnings(),
  });
}

/** A top-level section with what its heading says it is. */
type Part = { kind: SectionKind; section: Section };

/** A section whose own heading says nothing is looked into when a heading below it says something. */
function sortSections(sections: readonly Section[]): Part[] {
  return sections.flatMap((section): Part[] => {
    const kind = sectionKind(readHeading(section.heading).title);
    if (kind !== 'unknown') return [{ kind, section }];
    const below = sortSections(section.children);
    if (below.every((part) => part.kind === 'unknown')) return [{ kind, section }];
    return [...(section.content.length > 0 ? [{ kind, section: { ...section, children: [] } }] : []), ...below];
  });
}

function partsOf(parts: readonly Part[], kind: SectionKind): Section[] {
  return parts.filter((part) => part.kind === kind).map((part) => part.section);
}

function proseOf(parts: readonly Part[], kind: SectionKind): ProseItem[] {
  return partsOf(parts, kind).flatMap(proseBelow);
}

function proseBelow(section: Section): ProseItem[] {
  return [...readProse(section.content).items, ...section.children.flatMap(proseBelow)];
}

function readTitle(path: string, outline: Outline, context: { report: Report; given: string | undefined }): string {
  if (outline.title !== undefined) return outline.title;
  const fallback = repairText(context.given ?? basename(path).replace(/\.(md|markdown)$/i, ''));
  if (context.given === undefined) {
    context.report({ code: 'no_title', line: outline.titleLine, expected: 'a first-level heading with the title', fix: `# ${fallback}` });
  }
  return fallback;
}

const PHASES: ReadonlyMap<SectionKind, PhaseKind> = new Map([
  ['immediate', 'immediate'],
  ['investigation', 'investigation'],
  ['mitigation', 'mitigation'],
  ['resolution', 'resolution'],
  ['post_incident', 'post_incident'],
]);

type PhaseContext = { file: MarkdownFile; report: Report; outline: Outline; title: string };

/** The phases in the order of the file. Sections of no known kind count when they hold commands; so does a file without any heading. */
function readPhases(parts: readonly Part[], context: PhaseContext): RunbookPhase[] {
  const reader = createStepReader(context.file, context.report);
  const { preamble, titleLine } = context.outline;
  const top: Section = { heading: context.title, depth: 1, line: titleLine, content: preamble, children: [] };
  const phases = preamble.length > 0 && (holdsCommands(top) || parts.length === 0) ? [reader.readPhase(top, 'other')] : [];
  for (const { kind, section } of parts) {
    const phase = PHASES.get(kind) ?? (isOtherPhase({ kind, section }) ? 'other' : undefined);
    if (phase !== undefined) phases.push(reader.readPhase(section, phase));
  }
  return phases.filter((phase) => phase.steps.length > 0 || phase.intro !== undefined);
}

/** Other sections become phases when there is something to run in them. */
function isOtherPhase({ kind, section }: Part): boolean {
  if (kind === 'templates' || kind === 'escalation') return false;
  return holdsCommands(section) || (kind === 'unknown' && holdsInlineCommands(section));
}

function holdsCommands(section: Section): boolean {
  const own = readProse(section.content).code.some(({ node }) => readBlockContent(node.lang ?? undefined, node.value).commands.length > 0);
  return own || section.children.some(holdsCommands);
}

function holdsInlineCommands(section: Section): boolean {
  return readProse(section.content).inline.some((node) => isInlineCommand(node.value)) || section.children.some(holdsInlineCommands);
}

function readDescription(parts: readonly Part[], outline: Outline): string | undefined {
  const [first] = partsOf(parts, 'description');
  const items = first === undefined ? readProse(outline.preamble).items : proseBelow(first);
  return items.length === 0 ? undefined : proseText(items);
}

/** The severity section, else a line "Severity: Warning" in the parts that describe the alert. */
function readSeverityOf(parts: readonly Part[], outline: Outline, report: Report): RunbookSeverity | undefined {
  const [section] = partsOf(parts, 'severity');
  if (section !== undefined) {
    const text = severityLine(section.heading) ?? proseText(proseBelow(section));
    return readStatedSeverity({ text, line: section.line }, report);
  }
  const prose = [...readProse(outline.preamble).items, ...proseOf(parts, 'description'), ...proseOf(parts, 'impact')];
  for (const item of prose) {
    const stated = severityLine(item.text);
    if (stated !== undefined) return readStatedSeverity({ text: stated, line: item.line }, report);
  }
  return undefined;
}

function backgroundOf(section: Section): BackgroundSection {
  const { items } = readProse(section.content);
  return { title: readHeading(section.heading).title, line: section.line, items, parts: section.children.map(backgroundOf) };
}

function reportEncoding(file: MarkdownFile, report: Report): void {
  for (const [index, line] of file.lines.entries()) {
    if (!isMisencoded(line)) continue;
    report({ code: 'encoding', line: index + 1, expected: 'text saved as UTF-8; it is shown repaired', fix: repairText(line) });
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
