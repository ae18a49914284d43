import { change, reading, type Verdict } from './exec-verdict.ts';

/** One option of a command line: its flag, and its value wherever that stood. A word without a flag has an empty one. */
type Option = { flag: string; value: string };

/** Flags that leave a request a plain GET and write nothing, and those that take a value. Whatever is not listed is a change. */
type Grammar = { switches: RegExp; values: RegExp };

const curl: Grammar = {
  switches:
    /^(?:-[sSkfvILgiG46#]+|--(?:silent|show-error|insecure|fail|fail-with-body|verbose|head|location|globoff|include|ipv4|ipv6|compressed|get|http1\.1|http2|no-progress-meter|no-buffer))$/,
  values:
    /^(?:-[sSkfvILgi46]*[HAmwuXo]|--(?:header|user-agent|max-time|connect-timeout|write-out|retry|retry-delay|user|resolve|noproxy|url|request|output))$/,
};

const wget: Grammar = {
  switches:
    /^(?:-q|-nv|-v|-S|-4|-6|-d|--(?:quiet|no-verbose|spider|server-response|no-check-certificate|inet4-only|inet6-only|no-proxy|no-cache))$/,
  values: /^(?:-[qS]*[TtO]|--(?:timeout|tries|header|user-agent|output-document))$/,
};

/** curl and wget in their reading forms; undefined for other programs. */
export function classifyWeb(name: string, words: readonly string[]): Verdict | undefined {
  if (name !== 'curl' && name !== 'wget') return undefined;
  const options = optionsOf(words, name === 'curl' ? curl : wget);
  if (typeof options === 'string') return change(`${name} with ${JSON.stringify(options)} is no plain read`);
  const problem = options.map(problemOf).find((found) => found !== undefined);
  if (problem !== undefined) return change(`${name} ${problem}`);
  if (!options.some(({ flag }) => flag === '' || flag === '--url')) return change(`${name} has no address`);
  const prints = name === 'curl' || options.some(({ flag }) => flag.endsWith('O') || flag === '--output-document' || flag === '--spider');
  return prints ? reading : change('wget writes a file');
}

/** The options of the words, or the first word that is not on the list. */
function optionsOf(words: readonly string[], { switches, values }: Grammar): readonly Option[] | string {
  const options: Option[] = [];
  const left = [...words];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const [flag, value] = splitOption(word);
    if (!word.startsWith('-')) options.push({ flag: '', value: word });
    else if (switches.test(word)) options.push({ flag: word, value: '' });
    else if (values.test(word)) options.push({ flag: plainFlag(word), value: left.shift() ?? '' });
    else if (values.test(flag)) options.push({ flag: plainFlag(flag), value });
    else return word;
  }
  return options;
}

/** "--output=x" and "-sox" taken apart. */
function splitOption(word: string): readonly [flag: string, value: string] {
  const match = /^(--[\w-]+)=(.*)$/s.exec(word) ?? /^(-[sSkfvILgiGq46]*?[HAmwuXoTtO])(.+)$/s.exec(word);
  return [match?.[1] ?? '', match?.[2] ?? ''];
}

/** The last of several short flags that stand together is the one that takes the value. */
function plainFlag(flag: string): string {
  return flag.startsWith('--') ? flag : `-${flag.slice(-1)}`;
}

/** What an option does beyond asking. */
function problemOf({ flag, value }: Option): string | undefined {
  if (flag === '' || flag === '--url') return addressProblem(value);
  if (flag === '--resolve' && isMetadata(value.replace(/^.*?:\d+:/, ''))) return handsOut;
  if (flag === '-X' || flag === '--request')
    return /^(?:GET|HEAD|OPTIONS)$/.test(value) ? undefined : `with the method ${value} is no plain read`;
  if (['-o', '-O', '--output', '--output-document'].includes(flag)) return isNowhere(value) ? undefined : 'writes a file';
  return value.startsWith('@') || value.includes('%output{') ? 'reads or writes a file' : undefined;
}

const handsOut = 'asks a metadata service, which hands out credentials';

function addressProblem(word: string): string | undefined {
  if (!isWebAddress(word)) return 'asks for something that is no web address';
  return isMetadata(word) ? handsOut : undefined;
}

/** The services of clouds by which a machine learns its own credentials, however the address is spelled. */
function isMetadata(word: string): boolean {
  const host = URL.parse(/^https?:/i.test(word) ? word : `http://${word}`)?.hostname.replace(/\.$/, '') ?? '';
  return /^(?:169\.254\..*|\[fe80:.*|\[::ffff:a9fe:.*|\[fd00:ec2::254\]|\[fd20:ce::254\]|100\.100\.100\.200|192\.0\.0\.192|168\.63\.129\.16|metadata(?:\.google\.internal)?)$/.test(
    host,
  );
}

const isNowhere = (file: string): boolean => ['-', '/dev/null', '/dev/stdout'].includes(file);

/** Without a scheme curl and wget mean http. Whatever has another one (file, ftp, gopher, dict) is no web address. */
function isWebAddress(word: string): boolean {
  if (/^https?:\/\/\S+$/i.test(word)) return true;
  return /^[\w.[\]-]+(?::\d+)?(?:[/?]\S*)?$/.test(word) && !word.includes('://');
}
