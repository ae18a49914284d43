import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logicalLineAt } from '../../src/runbooks/logical-lines.ts';

const split = (text: string): string[] => {
  const lines = text.split('\n');
  const result: string[] = [];
  for (let index = 0; index < lines.length;) {
    const line = logicalLineAt(lines, index);
    result.push(line.text);
    index += line.lineCount;
  }
  return result;
};

describe('logical lines', () => {
  it.each([
    ['plain lines', 'a b\nc', ['a b', 'c']],
    ['a continuation', 'kubectl get pods \\\n    -n ns \\\n  -o wide\nnext', ['kubectl get pods -n ns -o wide', 'next']],
    ['a continued word', 'kubectl get po\\\nds', ['kubectl get pods']],
    ['a continuation in double quotes', 'echo "a\\\n  b"', ['echo "a  b"']],
    ['a backslash in single quotes', "echo 'a\\\nb'", ["echo 'a\\\nb'"]],
    ['an escaped backslash at the end', 'echo a\\\\\nb', ['echo a\\\\', 'b']],
    ['a continuation without a next line', 'kubectl get \\', ['kubectl get']],
    ['open single quotes', `patch -p '{\n  "a": 1\n}' -n x\nls`, [`patch -p '{\n  "a": 1\n}' -n x`, 'ls']],
    ['quotes in a substitution in quotes', 'A="$(get "x\ny")"\nls', ['A="$(get "x\ny")"', 'ls']],
    ['a heredoc', 'cat <<EOF | kubectl apply -f -\nkind: "Pod\nEOF\nls', ['cat <<EOF | kubectl apply -f -\nkind: "Pod\nEOF', 'ls']],
    ['a quoted heredoc with tabs', "cat <<-'END' > x\n\ta'b\n\tEND\nls", ["cat <<-'END' > x\n\ta'b\n\tEND", 'ls']],
    ['two heredocs', 'a <<X <<Y\n1\nX\n2\nY\nls', ['a <<X <<Y\n1\nX\n2\nY', 'ls']],
    ['a here-string', 'cat <<< EOF\nls', ['cat <<< EOF', 'ls']],
    ['a for loop', 'for p in $(get pods); do\n  echo $p\ndone\nls', ['for p in $(get pods); do\n  echo $p\ndone', 'ls']],
    [
      'nested loops and if',
      'while true\ndo\n if x; then\n  for a in b\n  do\n   c\n  done\n fi\ndone\nls',
      ['while true\ndo\n if x; then\n  for a in b\n  do\n   c\n  done\n fi\ndone', 'ls'],
    ],
    ['a case', 'case $x in\n a) b;;\n *) c;;\nesac\nls', ['case $x in\n a) b;;\n *) c;;\nesac', 'ls']],
    ['a function', 'f() {\n  ls\n}\nf', ['f() {\n  ls\n}', 'f']],
    ['a pipe at the end', 'kubectl get pods |\n  grep x\nls', ['kubectl get pods |\n  grep x', 'ls']],
    ['&& at the end', 'a &&\nb\nc', ['a &&\nb', 'c']],
    ['keywords as arguments', 'echo for if case\nls', ['echo for if case', 'ls']],
    ['an apostrophe in a comment', "ls # don't\npwd", ["ls # don't", 'pwd']],
    ['a backslash in a comment', '# a \\\nls', ['# a \\', 'ls']],
    ['an apostrophe in a placeholder', "kubectl get pod <user's pod>\nls", ["kubectl get pod <user's pod>", 'ls']],
    ['parentheses in quotes', `jq '.[] | select(.a' x\nls`, [`jq '.[] | select(.a' x`, 'ls']],
    ['an array', 'pods=(a\nb)\nls', ['pods=(a\nb)', 'ls']],
    ['a parameter with a hash', 'echo ${#x} ${x#y}\nls', ['echo ${#x} ${x#y}', 'ls']],
  ])('reads %s', (_, text, expected) => {
    expect(split(text)).toEqual(expected);
  });

  it('does not let an opening without an end swallow the block', () => {
    const line = logicalLineAt(["echo 'a", 'kubectl get pods'], 0);
    expect(line).toMatchObject({ text: "echo 'a", lineCount: 1, closed: false });
    expect(split("echo 'a\nkubectl get pods")).toEqual(["echo 'a", 'kubectl get pods']);
  });

  it('drops the secondary prompt of a terminal', () => {
    expect(logicalLineAt(['for a in b', '> do c', '> done', 'output'], 0, { secondaryPrompt: true })).toMatchObject({
      text: 'for a in b\ndo c\ndone',
      lineCount: 3,
    });
  });

  it('takes every line exactly once, whatever it is given', () => {
    const shellish = fc.string({
      unit: fc.constantFrom(
        'a',
        ' ',
        "'",
        '"',
        '\\',
        '\n',
        '$(',
        ')',
        '(',
        '`',
        '<<E',
        'E',
        '|',
        '&&',
        ';',
        'do',
        'done',
        'for ',
        '#',
        '{',
        '}',
        '<b>',
      ),
    });
    fc.assert(
      fc.property(shellish, (text) => {
        const lines = text.split('\n');
        const sources: string[] = [];
        for (let index = 0; index < lines.length;) {
          const line = logicalLineAt(lines, index);
          expect(line.lineCount).toBeGreaterThan(0);
          sources.push(line.source);
          index += line.lineCount;
        }
        expect(sources.join('\n')).toBe(text);
      }),
    );
  });
});
