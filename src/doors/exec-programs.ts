import { classifyClient } from './exec-clients.ts';
import { baseName } from './exec-secrets.ts';
import { change, reading, type Verdict } from './exec-verdict.ts';
import { classifyWeb } from './exec-web.ts';

/** Programs that only print, whatever stands after them. */
const printing = new Set(
  (
    'ls cat head tail wc df du ps uptime free nslookup dig host id whoami uname hostname nproc lscpu lsblk lsof stat file pwd echo printf true false ' +
    'grep egrep fgrep zgrep zcat sort uniq cut tr basename dirname readlink realpath md5sum sha256sum cksum vmstat iostat mpstat pidof pgrep getent netstat ss arp ' +
    'ping ping6 traceroute tracepath nvidia-smi date find top jq which'
  ).split(' '),
);

/** Words with which such a program writes, kills, waits for ever, or starts another one. */
const changing: Readonly<Record<string, RegExp>> = {
  find: /^-(?:delete|exec|execdir|ok|okdir|fprint|fprint0|fprintf|fls)$/,
  date: /^(?:-s.*|--set.*|\d{8,}.*)$/,
  hostname: /^(?:-F|--file|-b|--boot|[^-].*)/,
  sort: /^(?:-[a-zA-Z]*o.*|--output.*|--compress-program.*|-T.*)$/,
  uniq: /^[^-].*/,
  tail: /^(?:-[a-zA-Z]*[fF].*|--follow.*|--retry)$/,
  'nvidia-smi':
    /^(?:-(?:r|pm|e|p|c|ac|rac|pl|lgc|rgc|lmc|rmc|am|caa|acp|cc|gom|gtt|mig|l|lms|f|x?.*-filename).*|--(?:gpu-reset|persistence-mode|ecc-config|reset-.*|compute-mode|applications-clocks|power-limit|lock-.*|multi-instance-gpu|gom|auto-boost.*|loop.*|filename).*|mig|drain|boost-slider|power-hint|clocks|conf-compute)$/,
  ss: /^(?:-[a-zA-Z]*K.*|--kill)$/,
  top: /^$/,
  arp: /^(?:-[a-zA-Z]*[sdf].*|--set|--delete|--file)$/,
  ping: /^-[a-zA-Z]*f/,
  jq: /^(?:-[a-zA-Z]*f.*|--from-file)$/,
  file: /^(?:-[a-zA-Z]*C.*|--compile)$/,
};

/** What a program must say so that it ends by itself. */
const bounded: Readonly<Record<string, RegExp>> = {
  top: /^-[a-zA-Z]*b/,
  ping: /^-(?:c|w|W)/,
  ping6: /^-(?:c|w|W)/,
};

/** Programs that start another one with the words after their own. The value says which flags take a word. */
const wrappers: Readonly<Record<string, RegExp>> = {
  timeout: /^(?:-k|--kill-after|-s|--signal)$/,
  nice: /^(?:-n|--adjustment)$/,
  ionice: /^(?:-c|-n|--class|--classdata)$/,
  nohup: /^$/,
  stdbuf: /^(?:-i|-o|-e)$/,
  time: /^$/,
  env: /^(?:-u|--unset)$/,
};

export function classifyProgram(argv: readonly string[]): Verdict {
  const [program = '', ...words] = argv;
  const name = baseName(program);
  // A path of its own may be any program with a well-known name.
  if (program.includes('/') && !/^\/(?:usr\/)?(?:local\/)?s?bin\/[\w.-]+$/.test(program))
    return change(`${program} is not in a folder of programs`);
  if (isQuestionAboutItself(words)) return reading;
  if (printing.has(name)) return classifyPrinting(name, words);
  const wrapped = wrappers[name];
  if (wrapped !== undefined) return unwrap(name, words, wrapped);
  if (/^(?:ba|z|da|k|a)?sh$/.test(name)) return classifyShell(words);
  return classifyWeb(name, words) ?? classifyClient(name, words) ?? change(`${name} is not on the list of programs that only read`);
}

/** `--version` alone is answered by the program itself and ends it. */
function isQuestionAboutItself(words: readonly string[]): boolean {
  return words.length === 1 && /^(?:--version|-version|version|--help)$/.test(words[0] ?? '');
}

function classifyPrinting(name: string, words: readonly string[]): Verdict {
  const bad = words.find((word) => changing[name]?.test(word) === true);
  if (bad !== undefined) return change(`${name} with ${JSON.stringify(bad)} does more than read`);
  const bound = bounded[name];
  if (bound !== undefined && !words.some((word) => bound.test(word))) return change(`${name} does not end by itself`);
  const stray = words.find((word) => /^(?:[;&|]+|[<>]+)$/.test(word));
  return stray === undefined ? reading : change(`${JSON.stringify(stray)} means something to a shell only, and none reads it here`);
}

function unwrap(name: string, words: readonly string[], takesWord: RegExp): Verdict {
  let place = 0;
  while ((words[place] ?? '').startsWith('-') && words[place] !== '--') place += takesWord.test(words[place] ?? '') ? 2 : 1;
  if (words[place] === '--') place += 1;
  if (name === 'timeout') place += 1;
  const inner = words.slice(place);
  if (name === 'env') return unwrapEnv(words.slice(0, place), inner);
  return inner.length === 0 ? change(`${name} has no command`) : { type: 'inner', argv: inner };
}

function unwrapEnv(flags: readonly string[], words: readonly string[]): Verdict {
  if (flags.some((flag) => /^(?:-S|--split-string|-C|--chdir)/.test(flag))) return change('env takes its command apart by itself here');
  const first = words.findIndex((word) => !/^\w+=/.test(word));
  const settings = first < 0 ? words : words.slice(0, first);
  if (settings.length > 0) return change('env sets variables, which may change what the program does');
  return first < 0 ? change('env has no command') : { type: 'inner', argv: words.slice(first) };
}

/** A shell's script is opaque, unless it is one command of plain words. */
function classifyShell(words: readonly string[]): Verdict {
  const [flag, script = '', ...rest] = words;
  if (flag !== '-c' || rest.length > 0) return change('a shell may do anything');
  const plain = /^[\w\s./:=,@%+-]+$/.test(script) || /^(?:[\w./:=,@%+-]|'[^'\\]*'|"[^"\\$`!]*"|[ \t])+$/.test(script);
  if (!plain || /[\n\r]/.test(script)) return change('a shell script of more than one plain command may do anything');
  const argv = [...script.matchAll(/(?:[\w./:=,@%+-]|'[^']*'|"[^"]*")+/g)].map(([word]) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
  return argv.length === 0 || /^\w+=/.test(argv[0] ?? '') ? change('a shell script may do anything') : { type: 'inner', argv };
}
