import { repairText } from './encoding.ts';
import { readHeading } from './headings.ts';
import { codePlace, type MarkdownFile } from './markdown.ts';
import { readProse } from './prose.ts';
import type { CommunicationTemplate, CommunicationTemplates, TemplateKind } from './runbook.ts';
import type { Section } from './sections.ts';
import { placeholdersOf } from './templates.ts';
import type { Report } from './warnings.ts';

const EXAMPLE = '```\nCurrent error rate: X%\nETA: TBD\n```';

const KINDS: readonly (readonly [TemplateKind, RegExp])[] = [
  ['resolution', /\bresol(ution|ved)\b|\brestored\b|\ball clear\b|\bclosing\b/i],
  ['customer', /\bcustomers?\b|\bexternal\b|\bstatus ?page\b|\bpublic\b|\busers?\b|\bclients?\b/i],
  ['internal', /\binternal\b|\bresponders?\b|\bteam\b|\bslack\b|\bincident channel\b|\bengineering\b|\bupdate\b/i],
];

/** Reads the templates of the "Communication Templates" sections: a block under a heading that names the audience. */
export function readTemplates(sections: readonly Section[], file: MarkdownFile, report: Report): CommunicationTemplates {
  for (const child of sections.flatMap((section) => section.children)) {
    if (templatesIn(child, file).length > 0) continue;
    report({ code: 'template', line: child.line, expected: 'a block with the message below this heading', fix: EXAMPLE });
  }
  const all = sections.flatMap((section) => templatesIn(section, file));
  const first = (kind: TemplateKind) => all.find((template) => template.kind === kind);
  const [internal, customer, resolution] = [first('internal'), first('customer'), first('resolution')];
  const others = all.filter((template) => template !== internal && template !== customer && template !== resolution);
  return { internal, customer, resolution, others };
}

function templatesIn(section: Section, file: MarkdownFile): CommunicationTemplate[] {
  const own = readProse(section.content).code.map(({ node, lead }): CommunicationTemplate => {
    const name = (lead === undefined ? readHeading(section.heading).title : lead).replace(/\s*:$/, '');
    const text = repairText(node.value);
    const placeholders = placeholdersOf(text);
    return { name, kind: templateKind(name, section.heading), line: codePlace(node, file.lines).textLine, text, placeholders };
  });
  return [...own, ...section.children.flatMap((child) => templatesIn(child, file))];
}

function templateKind(name: string, heading: string): TemplateKind {
  const byName = KINDS.find(([, pattern]) => pattern.test(name)) ?? KINDS.find(([, pattern]) => pattern.test(heading));
  return byName?.[0] ?? 'other';
}
