import type { StepReading } from '../reading/read-step.ts';
import type { Runbook, RunbookBlock, RunbookWarning } from '../runbooks/runbook.ts';
import type { FindingDraft } from './finding.ts';
import { isFinal, undoNote } from './undo-note.ts';

export type RunbookFacts = {
  runbook: Runbook;
  steps: readonly StepReading[];
  /** Today, as `YYYY-MM-DD`. */
  today: string;
  /** Whether any alert leads to it; undefined when no alerts are known to ask. */
  isMatched: boolean;
};

const STALE_DAYS = 365;
const UNDO_WORDS = /\b(?:undo|roll(?:ed|ing)? ?back|rollback|revert|restore|reverse|back to|undone|uncordon|resume|normal levels?)\b/i;

const ERRORS: ReadonlySet<RunbookWarning['code']> = new Set(['front_matter', 'unclosed_fence', 'unclosed_command', 'cut_command']);

/** What is missing in a runbook as a whole, and what its parser noticed. */
export function lintRunbook(facts: RunbookFacts): FindingDraft[] {
  return [
    ...parserFindings(facts),
    ...ownership(facts),
    ...verification(facts),
    ...undoNotes(facts),
    ...matching(facts),
    ...commentedCommands(facts),
  ];
}

function parserFindings({ runbook }: RunbookFacts): FindingDraft[] {
  return runbook.warnings.map(({ code, line, text, expected, fix }) => {
    const rule = code.replaceAll('_', '-');
    return { line, text, rule, severity: ERRORS.has(code) ? 'error' : 'warning', message: `expected ${expected}`, expected, fix };
  });
}

function ownership({ runbook, today }: RunbookFacts): FindingDraft[] {
  const { owner, reviewed } = runbook.frontMatter;
  const at = { line: 1, text: runbook.title };
  const findings: FindingDraft[] = [];
  if (owner === undefined) {
    findings.push({
      ...at,
      rule: 'unknown-owner',
      severity: 'note',
      message: 'nobody is named as the owner',
      expected: 'an owner in the front matter',
      fix: 'owner: team-name',
    });
  }
  const days = reviewed === undefined ? undefined : (Date.parse(today) - Date.parse(reviewed)) / 86_400_000;
  if (reviewed === undefined || days === undefined) {
    findings.push({
      ...at,
      rule: 'stale-review',
      severity: 'note',
      message: 'it does not say when it was last reviewed',
      expected: 'the day in the front matter',
      fix: `reviewed: ${today}`,
    });
  } else if (days > STALE_DAYS) {
    const message = `it was last reviewed ${Math.floor(days)} days ago, on ${reviewed}`;
    findings.push({
      ...at,
      rule: 'stale-review',
      severity: 'warning',
      message,
      expected: `a review within ${STALE_DAYS} days`,
      fix: `reviewed: ${today}`,
    });
  }
  return findings;
}

function mitigations({ steps }: RunbookFacts): StepReading[] {
  return steps.filter((step) => step.commands.some(({ reading }) => reading.kindOnceFilled === 'mitigation'));
}

function verification(facts: RunbookFacts): FindingDraft[] {
  const [first] = mitigations(facts);
  if (facts.runbook.verification.length > 0 || first === undefined) return [];
  const { line, title } = first.step;
  const fix = '## Resolution\n### Verify\n```promql\nsum(rate(errors_total[5m]))\n```';
  return [
    {
      line,
      text: title,
      rule: 'no-verification',
      severity: 'warning',
      message: 'it changes something, and nothing tells whether that helped',
      expected: 'a step that verifies, with a query',
      fix,
    },
  ];
}

/** Only for changes that cannot be taken back by themselves. */
function undoNotes(facts: RunbookFacts): FindingDraft[] {
  return mitigations(facts).flatMap(({ step, commands }): FindingDraft[] => {
    const [change] = commands.flatMap(({ command, reading }) => reading.calls.filter(isFinal).map((call) => ({ command, call })));
    const prose = [step.title, ...step.items.map((item) => item.text), ...commands.map(({ command }) => command.title ?? '')].join('\n');
    if (change === undefined || UNDO_WORDS.test(prose)) return [];
    const message = 'this cannot be taken back by Tocsin, and the step does not say how to';
    return [
      {
        line: change.command.line,
        text: change.command.text,
        rule: 'no-undo-note',
        severity: 'note',
        message,
        expected: 'a sentence on how to take it back, or that it cannot be',
        fix: undoNote(change.call),
      },
    ];
  });
}

function matching({ runbook, isMatched }: RunbookFacts): FindingDraft[] {
  if (isMatched) return [];
  const message = 'no alert leads to it: none is named in the front matter, and neither its title nor its file name is one';
  return [
    {
      line: 1,
      text: runbook.title,
      rule: 'unmatched-alert',
      severity: 'warning',
      message,
      expected: 'the alerts it is for',
      fix: 'alerts: [NameOfTheAlert]',
    },
  ];
}

/** `# kubectl get pods` in a shell block is a comment, and becomes the title of the line below it. */
function commentedCommands({ runbook }: RunbookFacts): FindingDraft[] {
  return runbook.steps.flatMap((step) => step.blocks.flatMap(commentsOf));
}

function commentsOf(block: RunbookBlock): FindingDraft[] {
  if (!/^(?:bash|sh|shell|zsh)$/.test(block.language ?? '')) return [];
  return block.text.split('\n').flatMap((text, index): FindingDraft[] => {
    const command = /^\s*#\s+((?:kubectl|oc)\s+(?:-\S+\s+\S+\s+)?[a-z-]+\s+\S.*)$/.exec(text)?.[1];
    if (command === undefined) return [];
    const message = '"# " in front of a command makes it a comment, which nobody can run';
    return [
      {
        line: block.textLine + index,
        text: text.trim(),
        rule: 'root-prompt',
        severity: 'note',
        message,
        expected: 'the command alone, or a console block for prompts',
        fix: command,
      },
    ];
  });
}
