/** What the interpreter says when one of its limits was reached, and what a person has to know about it. */
const LIMITS: readonly { says: RegExp; means: string }[] = [
  { says: /too many commands executed|maxCommandCount/, means: 'it ran too many commands' },
  {
    says: /maximum (?:recursion|exec) depth|maxCallDepth|substitution nesting/,
    means: 'a function calls itself without an end, or calls are nested too deeply',
  },
  { says: /too many iterations|iteration limit|exceeded maximum iterations|maxLoopIterations/, means: 'a loop went round too many times' },
  { says: /output (?:size )?limit exceeded|total output size|maxOutputSize/, means: 'it wrote more than a run may write' },
  { says: /brace[ _]expansion|brace_operations/, means: 'a brace expansion has too many results' },
  {
    says: /(?:limit|size|length|depth|elements?) (?:limit )?exceeded|exceeded? (?:the )?(?:limit|maximum)/i,
    means: 'it needed more memory or work than a script may use',
  },
];

/** Why the interpreter stopped the script, or undefined when the exit status is the script's own. */
export function limitReached(exitCode: number, stderr: string): string | undefined {
  if (exitCode !== 126 && exitCode !== 124) return undefined;
  const last = stderr.trimEnd().split('\n').at(-1) ?? '';
  const limit = LIMITS.find(({ says }) => says.test(last));
  return limit === undefined ? undefined : `The script was stopped: ${limit.means}.`;
}

/** Says of a program that is not there why that is so, in the interpreter's own line (which speaks of browsers when it left a program out). */
export function explainMissing(stderr: string, doors: readonly string[]): string {
  return stderr.replaceAll(
    /^(.*: command not )(?:found|available in browser environments\..*)$/gm,
    (_, line: string) => `${line}found (only ${doors.join(', ')} and text filters run here; do this step by hand)`,
  );
}

/** What became of files that the script wrote, and of what it took for the network. */
export function explainFiles(paths: readonly string[]): string {
  const files = paths.filter((path) => !paths.some((other) => other.startsWith(`${path}/`)));
  const sockets = files.filter((path) => /^\/dev\/(?:tcp|udp)\//.test(path));
  const kept = files
    .filter((path) => !path.startsWith('/dev/') && !path.startsWith('/tmp/'))
    .map((path) => path.replace(/^\/home\/user\//, ''));
  return [
    sockets.length === 0 ? '' : `note: ${listed(sockets)}: no connection was opened; scripts reach others only through their programs\n`,
    kept.length === 0 ? '' : `note: ${listed(kept)}: files are kept only while the script runs; leave the redirect out to see the text\n`,
  ].join('');
}

function listed(names: readonly string[]): string {
  return names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '');
}
