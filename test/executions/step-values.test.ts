import { describe, expect, it } from 'vitest';
import { chooseStep } from '../../src/executions/step-source.ts';
import type { Chosen } from '../../src/executions/step-source.ts';
import { checkedValues, missingValues } from '../../src/executions/step-values.ts';
import { readRunbookSteps } from '../../src/reading/read-step.ts';
import { parseRunbook } from '../../src/runbooks/parse.ts';

function chosen(line: string): Chosen {
  const runbook = parseRunbook({ path: 'test.md', text: `# Test\n\n## Look\n\n\`\`\`bash\n${line}\n\`\`\`\n` });
  const step = chooseStep(readRunbookSteps(runbook), '1');
  if (step === undefined) throw new Error('the runbook has no step');
  return step;
}

const values = (line: string, typed: Readonly<Record<string, string>>) =>
  Object.entries(checkedValues(chosen(line), typed, 'mia')).map(([name, { value }]) => `${name} ${value}`);

describe('the values of a step', () => {
  const logs = 'kubectl logs <pod-name> -n <namespace>';

  it('are known by names that read the same, and have an origin', () => {
    expect(values(logs, { POD_NAME: 'web-1', Namespace: 'prod' })).toEqual(['pod-name web-1', 'namespace prod']);
    expect(checkedValues(chosen(logs), { 'pod-name': 'web-1', namespace: 'prod' }, 'mia')['namespace']).toEqual({
      value: 'prod',
      origin: 'given by mia',
    });
    expect(missingValues(chosen(logs), { podname: 'web-1', namespace: '' }).map(({ name }) => name)).toEqual(['namespace']);
  });

  it('go to the parameter of exactly that name first', () => {
    const both = 'kubectl get pod <pod>; kubectl logs $POD';
    expect(values(both, { pod: 'web-1', POD: 'web-2' })).toEqual(['pod web-1', 'POD web-2']);
    expect(values(both, { pod: 'web-1' })).toEqual(['pod web-1', 'POD web-1']);
  });

  it('are refused when nothing asks for them or they do not fit', () => {
    expect(() => values(logs, { pod: 'web-1' })).toThrow('1 has no parameter "pod". It takes: pod-name, namespace.');
    expect(() => values(logs, { 'pod-name': '--all', namespace: 'prod' })).toThrow('pod-name: a value that starts with "-"');
  });
});
