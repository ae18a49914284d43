import { table } from '../kernel/table.ts';
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
const changing = table<RegExp>({
  find: /^-(?:delete|exec|execdir|ok|okdir|fprint|fprint0|fprintf|fls)$/,
  date: /^(?:-[uR]*s.*|\d{8,}.*)$/,
  hostname: /^(?:-F|-b|[^-].*)/,
  sort: /^(?:-[a-zA-Z]*o.*|-T.*)$/,
  uniq: /^[^-].*/,
  tail: /^-[a-zA-Z]*[fF].*$/,
  'nvidia-smi':
    /^(?:-(?:r|pm|e|p|c|ac|rac|pl|lgc|rgc|lmc|rmc|am|caa|acp|cc|gom|gtt|mig|l|lms|f|x?.*-filename).*|--(?:gpu-reset|persistence-mode|ecc-config|reset-.*|compute-mode|applications-clocks|power-limit|lock-.*|multi-instance-gpu|gom|auto-boost.*|loop.*|filename).*|mig|drain|boost-slider|power-hint|clocks|conf-compute)$/,
  ss: /^-[a-zA-Z]*[KD].*$/,
  top: /^$/,
  arp: /^-[a-zA-Z]*[sdf].*$/,
  ping: /^-[a-zA-Z]*f/,
  jq: /^(?:-[a-zA-Z]*f.*|--from-file)$/,
  file: /^-[a-zA-Z]*C.*$/,
});

/** The same by long names, of which GNU's programs take any beginning: `--outp=FILE` is `--output=FILE`. */
const changingLong = table<readonly string[]>({
  date: ['set'],
  hostname: ['file', 'boot'],
  sort: ['output', 'compress-program', 'temporary-directory'],
  tail: ['follow', 'retry'],
  ss: ['kill', 'diag'],
  arp: ['set', 'delete', 'file'],
  file: ['compile'],
});

function isChanging(name: string, word: string): boolean {
  const long = /^--([^=]+)/.exec(word)?.[1];
  return (
    changing.get(name)?.test(word) === true ||
    (long !== undefined && changingLong.get(name)?.some((flag) => flag.startsWith(long)) === true)
  );
}

/** What a program must say so that it ends by itself. */
const bounded = table<RegExp>({
  top: /^-[a-zA-Z]*b/,
  ping: /^-(?:c|w|W)/,
  ping6: /^-(?:c|w|W)/,
});

/** Programs that start another one with the words after their own: which of their flags take a word, and which others may stand there. */
type Wrapper = { takesWord: RegExp; alone: RegExp };

const wrappers = table<Wrapper>({
  timeout: {
    takesWord: /^(?:-k|--kill-after|-s|--signal)$/,
    alone: /^(?:-[ks]\w+|--(?:kill-after|signal)=\w+|--preserve-status|--foreground|-v)$/,
  },
  nice: { takesWord: /^(?:-n|--adjustment)$/, alone: /^(?:-n?-?\d+|--adjustment=-?\d+)$/ },
  ionice: { takesWord: /^(?:-c|-n|--class|--classdata)$/, alone: /^(?:-[cn]\d|--(?:class|classdata)=\w+|-t)$/ },
  nohup: { takesWord: /^$/, alone: /^$/ },
  stdbuf: { takesWord: /^(?:-i|-o|-e)$/, alone: /^(?:-[ioe]\w+|--(?:input|output|error)=\w+)$/ },
  time: { takesWord: /^$/, alone: /^(?:-[pv]|--verbose|--portability)$/ },
  env: { takesWord: /^(?:-u|--unset)$/, alone: /^(?:-i|-|--ignore-environment|-u\w+|--unset=\w+)$/ },
});

export function classifyProgram(argv: readonly string[]): Verdict {
  const [program = '', ...words] = argv;
  const name = baseName(program);
  // A path of its own may be any program with a well-known name.
  if (program.includes('/') && !/^\/(?:usr\/)?(?:local\/)?s?bin\/[\w.-]+$/.test(program))
    return change(`${program} is not in a folder of programs`);
  if (isQuestionAboutItself(name, words)) return reading;
  if (printing.has(name)) return classifyPrinting(name, words);
  const wrapped = wrappers.get(name);
  if (wrapped !== undefined) return unwrap(name, words, wrapped);
  if (/^(?:ba|z|da|k|a)?sh$/.test(name)) return classifyShell(words);
  return classifyWeb(name, words) ?? classifyClient(name, words) ?? change(`${name} is not on the list of programs that only read`);
}

/** Programs that have a subcommand of this name. To others it is the name of a file: `rm version`. */
const withVersionCommand =
  /^(?:kubectl|oc|helm|etcdctl|crictl|docker|nats|vault|consul|cockroach|istioctl|argocd|flux|cilium|velero|terraform|go)$/;

/** `--version` alone is answered by the program itself and ends it. */
function isQuestionAboutItself(name: string, words: readonly string[]): boolean {
  const [only = '', ...others] = words;
  return others.length === 0 && (/^(?:--version|-version|--help)$/.test(only) || (only === 'version' && withVersionCommand.test(name)));
}

function classifyPrinting(name: string, words: readonly string[]): Verdict {
  const bad = words.find((word) => isChanging(name, word));
  if (bad !== undefined) return change(`${name} with ${JSON.stringify(bad)} does more than read`);
  const bound = bounded.get(name);
  if (bound !== undefined && !words.some((word) => bound.test(word))) return change(`${name} does not end by itself`);
  const stray = words.find((word) => /^(?:[;&|]+|[<>]+)$/.test(word));
  return stray === undefined ? reading : change(`${JSON.stringify(stray)} means something to a shell only, and none reads it here`);
}

function unwrap(name: string, words: readonly string[], wrapper: Wrapper): Verdict {
  const own = ownWords(words, wrapper);
  if (typeof own === 'string') return change(`${name} with ${JSON.stringify(own)} may do more than start a command`);
  const inner = words.slice(name === 'timeout' ? own + 1 : own);
  if (name === 'env' && /^\w+=/.test(inner[0] ?? '')) return change('env sets variables, which may change what the program does');
  return inner.length === 0 ? change(`${name} has no command`) : { type: 'inner', argv: inner };
}

/** How many words are the wrapper's own flags with their values, or the first flag that is not known. */
function ownWords(words: readonly string[], { takesWord, alone }: Wrapper): number | string {
  let place = 0;
  for (let word = words[0] ?? ''; word.startsWith('-') && word !== '--'; word = words[place] ?? '') {
    if (!takesWord.test(word) && !alone.test(word)) return word;
    place += takesWord.test(word) ? 2 : 1;
  }
  return words[place] === '--' ? place + 1 : place;
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
