import type { JsonObject } from '../kernel/json.ts';

/** What a part of a runbook is for; taken from the words of its heading. */
export type PhaseKind = 'immediate' | 'investigation' | 'mitigation' | 'resolution' | 'post_incident' | 'other';

/** The minutes since the start of the incident that a heading such as "Investigation (15-60 minutes)" names. */
export type MinuteWindow = { readonly fromMinutes: number; readonly toMinutes: number | undefined };

/** One line of prose of a step: a paragraph, or a list item with its depth (0 is the outermost list). */
export type ProseItem = {
  readonly kind: 'paragraph' | 'item';
  readonly depth: number;
  readonly text: string;
  readonly line: number;
};

/** One logical command line. `line` is where it starts in the file, 1-based; `lineCount` says how many lines it takes there. */
export type RunbookCommand = {
  /** What people type after `run`, such as "2.3". Inline commands follow those of the fenced blocks. */
  readonly number: string;
  readonly kind: 'shell' | 'promql';
  /** The comment line above it. */
  readonly title: string | undefined;
  /** What can be run: prompt removed and continuation lines joined, otherwise as written. */
  readonly text: string;
  /** The same lines as they stand in the block, prompt included. */
  readonly source: string;
  readonly line: number;
  readonly lineCount: number;
  /** "$", "#", or one such as "sh-4.4#" that says the line runs inside a pod or node. */
  readonly prompt: string | undefined;
  /** Sample output that the author put below the command. */
  readonly expectedOutput: string | undefined;
};

/** A fenced (or indented) code block with its text exactly as written. */
export type RunbookBlock = {
  /** The language as written after the fence, in lower case; undefined when there is none. */
  readonly language: string | undefined;
  /** What follows the language on the fence line. */
  readonly attributes: string | undefined;
  readonly fenced: boolean;
  /** The line of the opening fence (of the first text line when indented). */
  readonly line: number;
  /** The line of the first line of `text`. */
  readonly textLine: number;
  readonly text: string;
  /** The prose that stands directly above. */
  readonly lead: string | undefined;
  readonly content: 'commands' | 'queries' | 'text';
  readonly isCommands: boolean;
  readonly commands: readonly RunbookCommand[];
};

/** One thing to do: the content under one heading. */
export type RunbookStep = {
  /** Stable for one text of the runbook: made of the headings' words. */
  readonly id: string;
  /** Counted through the whole runbook from 1: the 2 of `/incident run 2`. */
  readonly number: number;
  readonly title: string;
  /** The heading, or the one above it, that says when the step applies: "If Queue Overflow". */
  readonly condition: string | undefined;
  /** The headings between the phase and this step. */
  readonly groups: readonly string[];
  readonly window: MinuteWindow | undefined;
  readonly phase: { readonly kind: PhaseKind; readonly title: string };
  readonly line: number;
  readonly items: readonly ProseItem[];
  readonly blocks: readonly RunbookBlock[];
  /** Commands in backquotes inside the prose. */
  readonly inlineCommands: readonly RunbookCommand[];
};

export type RunbookPhase = {
  readonly title: string;
  readonly kind: PhaseKind;
  readonly window: MinuteWindow | undefined;
  readonly line: number;
  readonly intro: string | undefined;
  readonly steps: readonly RunbookStep[];
};

/** A command that shows whether a fix works, with its query when it asks Prometheus directly. */
export type VerificationCheck = {
  readonly number: string;
  readonly title: string | undefined;
  readonly text: string;
  readonly line: number;
  readonly promql: string | undefined;
  readonly everySeconds: number | undefined;
};

export type EscalationWhen = 'always' | 'unacknowledged' | 'unresolved' | 'critical_unresolved';

/** One rung of the ladder. Without `afterMinutes` the rung is called at once; `responseMinutes` is the time it has to answer. */
export type EscalationRung = {
  readonly name: string;
  readonly line: number;
  readonly afterMinutes: number | undefined;
  readonly responseMinutes: number | undefined;
  readonly when: EscalationWhen;
  /** The author's words for `when`: "if no response". */
  readonly condition: string | undefined;
  readonly actions: readonly string[];
};

export type TemplateKind = 'internal' | 'customer' | 'resolution' | 'other';

/** A hole in a template. `label` says whose value is missing, `hint` what the author wrote about it. */
export type Placeholder = {
  readonly label: string;
  readonly raw: string;
  readonly unit: string | undefined;
  readonly hint: string | undefined;
};

export type CommunicationTemplate = {
  readonly name: string;
  readonly kind: TemplateKind;
  readonly line: number;
  readonly text: string;
  readonly placeholders: readonly Placeholder[];
};

export type CommunicationTemplates = {
  readonly internal: CommunicationTemplate | undefined;
  readonly customer: CommunicationTemplate | undefined;
  readonly resolution: CommunicationTemplate | undefined;
  readonly others: readonly CommunicationTemplate[];
};

export type RunbookSeverity = { readonly level: 'critical' | 'warning' | 'info'; readonly text: string };

export type RunbookImpact = {
  readonly text: string;
  readonly user: string | undefined;
  readonly business: string | undefined;
  readonly technical: string | undefined;
  readonly items: readonly string[];
};

export type FrontMatter = {
  readonly alerts: readonly string[];
  readonly services: readonly string[];
  readonly title: string | undefined;
  readonly owner: string | undefined;
  /** The day of the last review, `YYYY-MM-DD`. */
  readonly reviewed: string | undefined;
  /** Every other key, as parsed. */
  readonly other: JsonObject;
};

export type RunbookLink = { readonly text: string; readonly url: string; readonly line: number };

/** A section that is neither a step nor a known part: common causes, prevention, notes. */
export type BackgroundSection = {
  readonly title: string;
  readonly line: number;
  readonly items: readonly ProseItem[];
  /** The same for each heading below. */
  readonly parts: readonly BackgroundSection[];
};

type WarningCode =
  | 'front_matter'
  | 'no_title'
  | 'encoding'
  | 'unclosed_fence'
  | 'unclosed_command'
  | 'cut_command'
  | 'severity'
  | 'escalation'
  | 'template';

/** Something the author should look at: where, the line itself, what was expected there and the right form. */
export type RunbookWarning = {
  readonly code: WarningCode;
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly expected: string;
  readonly fix: string;
};

/** A runbook as read from one Markdown file: frozen plain data. Displayed texts have mis-encoded characters repaired, code has not. */
export type Runbook = {
  readonly path: string;
  /** SHA-256 of the file's bytes, as hex. */
  readonly digest: string;
  readonly title: string;
  readonly frontMatter: FrontMatter;
  readonly alertDescription: string | undefined;
  readonly severity: RunbookSeverity | undefined;
  readonly impact: RunbookImpact | undefined;
  readonly phases: readonly RunbookPhase[];
  /** The steps of all phases in the order of their numbers. */
  readonly steps: readonly RunbookStep[];
  readonly verification: readonly VerificationCheck[];
  readonly escalation: readonly EscalationRung[];
  readonly templates: CommunicationTemplates;
  readonly background: readonly BackgroundSection[];
  readonly links: readonly RunbookLink[];
  readonly warnings: readonly RunbookWarning[];
};

/** All commands of a step in the order of their numbers, inline ones last. */
export function commandsOf(step: RunbookStep): readonly RunbookCommand[] {
  return [...step.blocks.flatMap((block) => block.commands), ...step.inlineCommands];
}

/** The step that people call by number, as in `/incident run 2`. */
export function findStep(runbook: Runbook, number: number): RunbookStep | undefined {
  return runbook.steps.find((step) => step.number === number);
}

/** The command that people call by number, as in `/incident run 2.3`, with its step. */
export function findCommand(runbook: Runbook, number: string): { step: RunbookStep; command: RunbookCommand } | undefined {
  for (const step of runbook.steps) {
    const command = commandsOf(step).find((candidate) => candidate.number === number);
    if (command !== undefined) return { step, command };
  }
  return undefined;
}
