import type { CallReading } from '../reading/call-reading.ts';
import { promqlOf } from '../runbooks/promql-in-curl.ts';
import type { CommandRule, RuleFinding } from './command-rules.ts';

/** The address of a curl or wget call, also inside of `exec … -- curl`. */
function addressOf(call: CallReading): string | undefined {
  const words = call.words.map(({ text }) => text);
  const start = call.isDoor && /^(?:curl|wget)$/.test(call.program) ? 0 : words.findIndex((word) => /^(?:curl|wget)$/.test(word));
  return start < 0 ? undefined : words.slice(start + 1).find((word) => /^https?:\/\//.test(word));
}

function usesCurl(call: CallReading): boolean {
  return call.words.some(({ text }) => text === 'curl');
}

/** curl expands `[1h]` and `{a,b}` in an address and refuses white space; Tocsin takes the query as it is meant. */
const unglobbable: CommandRule = ({ command, reading }) =>
  reading.calls.flatMap((call): RuleFinding[] => {
    const url = addressOf(call);
    if (url === undefined || !usesCurl(call) || /\s-\w*g/.test(command.text.replace(/["'][^"']*["']/g, ''))) return [];
    const sign = /[[\]{}]/.exec(url)?.[0] ?? (/\s/.test(url) ? 'white space' : undefined);
    if (sign === undefined) return [];
    const message =
      sign === 'white space'
        ? 'curl refuses an address with white space in it'
        : `curl takes ${sign} in an address as a pattern and fails (Tocsin reads the query as it is meant)`;
    return [
      {
        rule: 'curl-glob',
        severity: 'warning',
        message,
        expected: 'the query as data: -G with --data-urlencode',
        fix: rightForm(command.text, url),
      },
    ];
  });

/** The same question with the query as data, whatever stands around the call. */
function rightForm(text: string, url: string): string {
  const [base = '', search = ''] = url.split(/\?(.*)/s);
  const asked = promqlOf(`curl "${url.replaceAll('"', '\\"')}"`)?.promql ?? /(?:^|&)query=([^&]*)/.exec(search)?.[1];
  if (asked === undefined) return text.replace('curl ', 'curl -g ');
  const isInSingle = text.includes(`'curl`) || /watch[^|]*'/.test(text);
  const quote = isInSingle || asked.includes("'") ? '"' : "'";
  const others = search.replace(/(?:^|&)query=.*?(?=&(?:time|start|end|step|timeout)=|$)/s, '').split('&');
  const parameters = [`query=${quote === '"' ? asked.replace(/["\\$`]/g, '\\$&') : asked}`, ...others.filter((part) => part !== '')];
  const right = `-G ${base} ${parameters.map((part) => `--data-urlencode ${quote}${part}${quote}`).join(' ')}`;
  const written = [`"${url.replaceAll('"', '\\"')}"`, `"${url}"`, `'${url}'`, url].find((form) => text.includes(form));
  if (written === undefined) return `curl -s ${right}`;
  return text.replace(written, () => right).replace(/\s-G(?=\s.*\s-G\s)/, '');
}

/** Outside of quotes an `&` ends the command and starts another one in the background. */
const cutAddress: CommandRule = ({ command }) => {
  const url = /(?:^|\s)(https?:\/\/[^\s"'|;&]*\?[^\s"'|;&]*)&([\w.-]+=[^\s"'|;]*)/.exec(stripQuoted(command.text));
  if (url === null) return [];
  const whole = `${url[1] ?? ''}&${url[2] ?? ''}`;
  return [
    {
      rule: 'unquoted-url',
      severity: 'error',
      message: 'the address is cut at "&", which starts the command in the background',
      expected: 'the address in quotes',
      fix: command.text.replace(whole, `'${whole}'`),
    },
  ];
};

/** An unquoted address with parentheses is a syntax error; one with braces or `?` is a pattern. */
const openAddress: CommandRule = ({ command, reading }) => {
  const url = /(?:^|\s)(https?:\/\/[^\s"']*[(){}<>[\]][^\s"']*)/.exec(stripQuoted(command.text))?.[1];
  if (url === undefined || reading.parameters.some(({ raw }) => url.includes(raw)) || /\$[({]/.test(url)) return [];
  return [
    {
      rule: 'unquoted-url',
      severity: 'error',
      message: 'the address holds characters that a shell reads itself',
      expected: 'the address in quotes',
      fix: command.text.replace(url, `'${url}'`),
    },
  ];
};

function stripQuoted(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/gs, (quoted) => 'q'.repeat(quoted.length));
}

export const urlRules: readonly CommandRule[] = [unglobbable, cutAddress, openAddress];
