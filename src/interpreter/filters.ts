import type { CommandName } from 'just-bash';

/**
 * The text filters that a script may use besides the doors and the shell's own words (`test`, `[`, `read`, `set` ...). All read their input or their
 * arguments and write text. What is missing is missing on purpose: other shells, `env`, `yes`, archives, databases, `timeout` (runs have their own limit).
 */
export const filters: readonly CommandName[] = [
  'awk',
  'base64',
  'basename',
  'cat',
  'column',
  'comm',
  'cut',
  'dirname',
  'echo',
  'egrep',
  'expr',
  'false',
  'fgrep',
  'fold',
  'grep',
  'head',
  'jq',
  'nl',
  'paste',
  'printf',
  'rev',
  'sed',
  'seq',
  'sort',
  'tac',
  'tail',
  'tee',
  'tr',
  'true',
  'uniq',
  'wc',
  'xargs',
];
