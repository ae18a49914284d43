import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRunbook } from '../../src/runbooks/parse.ts';
import { commandsOf } from '../../src/runbooks/runbook.ts';

/** Text that looks like a runbook in many places, so that the rare paths meet each other. */
const pieces = fc.constantFrom(
  '# Title\n',
  '# Created by x\n\n',
  '## Diagnosis (0-15 minutes)\n',
  '### 1. Check\n',
  '#### If broken:\n',
  '## Severity\n',
  '**Critical** x\n',
  '## Impact\n',
  '- User Impact: x\n',
  '## Escalation Path\n',
  '### 2. Manager\n',
  '- **Escalation**: 1 hour if x\n',
  '## Communication Templates\n',
  '### Internal\n',
  '```\n',
  '```bash\n',
  '```console\n',
  '~~~ promql\n',
  '~~~\n',
  '    ',
  '  ',
  '\t',
  '$ kubectl get pods\n',
  '# Check x\n',
  'curl "http://p/api/v1/query?query=up"\n',
  "echo 'a\n",
  'for a in b; do\n',
  'done\n',
  'cat <<EOF\n',
  'EOF\n',
  '\\\n',
  '- ',
  '> ',
  '1. ',
  '| a | b |\n',
  '| - | - |\n',
  '---\n',
  'alerts: [x]\n',
  '`oc get pods -A`',
  '<details>\n',
  '[a](b)',
  '\n',
  '\n\n',
  '\r\n',
  'text ',
  'Rate: X%\n',
  'ðŸš¨',
  '\uFEFF',
  '🚨',
  'sum(rate(x[5m]))\n',
);
const markdown = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(''));

describe('parsing any text', () => {
  it('never throws and gives numbers without gaps', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), markdown), (text) => {
        const runbook = parseRunbook({ path: 'x.md', text });
        expect(runbook.steps.map((step) => step.number)).toEqual(runbook.steps.map((_, index) => index + 1));
        for (const step of runbook.steps) {
          expect(commandsOf(step).map((command) => command.number)).toEqual(
            commandsOf(step).map((_, index) => `${step.number}.${index + 1}`),
          );
        }
        expect(new Set(runbook.steps.map((step) => step.id)).size).toBe(runbook.steps.length);
      }),
      { numRuns: 500 },
    );
  });

  it('points to lines that hold the text', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        const lines = text
          .replace(/^\uFEFF/, '')
          .replace(/\r\n?/g, '\n')
          .split('\n');
        const runbook = parseRunbook({ path: 'x.md', text });
        for (const step of runbook.steps) {
          for (const block of step.blocks) {
            for (const [index, line] of block.text.split('\n').entries()) expect(lines[block.textLine - 1 + index]).toContain(line.trim());
          }
          for (const command of commandsOf(step)) {
            for (const [index, line] of command.source.split('\n').entries())
              expect(lines[command.line - 1 + index]).toContain(line.trim());
          }
        }
        for (const warning of runbook.warnings) expect(lines[warning.line - 1] ?? '').toBe(warning.text);
      }),
      { numRuns: 500, examples: [['```\n    ```\n# Title\n']] },
    );
  });

  it('is the same for the same text', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        expect(parseRunbook({ path: 'x.md', text })).toEqual(parseRunbook({ path: 'x.md', text }));
      }),
    );
  });
});
