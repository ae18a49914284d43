/** What becomes of a flag: it is `kept`, `ignored` because it changes nothing here, or `refused` with the reason. */
export type CurlFlag = { long: string; short?: string; takesValue: boolean; use: 'kept' | 'ignored' | { refused: string } };

const LOCAL_FILE = 'it reads or writes a file, and there are none here';
const OTHER_WAY = 'it leads the request another way than the configured addresses allow';
const CREDENTIALS = 'credentials do not belong into a runbook';

function rows(text: string, takesValue: boolean, use: CurlFlag['use']): CurlFlag[] {
  return text.split(' ').map((row) => {
    const [long = '', short] = row.split('/');
    return { long, takesValue, use, ...(short === undefined ? {} : { short }) };
  });
}

/** The flags of curl that appear in runbooks, and those that must not pass. */
const curlFlags: readonly CurlFlag[] = [
  ...rows(
    'silent/s show-error/S fail/f fail-with-body include/i head/I verbose/v get/G location/L globoff/g insecure/k location-trusted',
    false,
    'kept',
  ),
  ...rows(
    'request/X header/H data/d data-ascii data-raw data-binary data-urlencode url-query json url max-time/m write-out/w output/o',
    true,
    'kept',
  ),
  ...rows('user-agent/A referer/e cookie/b range/r max-redirs', true, 'kept'),
  ...rows(
    'progress-bar/# compressed no-buffer/N http1.0/0 http1.1 http2 http2-prior-knowledge ipv4/4 ipv6/6 path-as-is tcp-nodelay',
    false,
    'ignored',
  ),
  ...rows(
    'disable/q no-progress-meter no-keepalive retry-connrefused retry-all-errors ssl-reqd tlsv1/1 tlsv1.2 tlsv1.3 styled-output raw',
    false,
    'ignored',
  ),
  ...rows(
    'connect-timeout retry retry-delay retry-max-time keepalive-time speed-limit/Y speed-time/y limit-rate tls-max ciphers',
    true,
    'ignored',
  ),
  ...rows('remote-name/O remote-header-name/J remote-time/R create-dirs netrc/n netrc-optional append/a', false, { refused: LOCAL_FILE }),
  ...rows(
    'config/K form/F form-string upload-file/T cookie-jar/c cert/E key cacert capath dump-header/D trace trace-ascii stderr netrc-file',
    true,
    { refused: LOCAL_FILE },
  ),
  ...rows('continue-at/C output-dir', true, { refused: LOCAL_FILE }),
  ...rows('proxy/x proxy-user/U resolve connect-to unix-socket abstract-unix-socket interface dns-servers doh-url preproxy socks5', true, {
    refused: OTHER_WAY,
  }),
  ...rows('socks5-hostname socks4 noproxy proto proto-redir local-port request-target', true, { refused: OTHER_WAY }),
  ...rows('user/u oauth2-bearer aws-sigv4', true, { refused: CREDENTIALS }),
  ...rows('digest basic ntlm negotiate anyauth', false, { refused: CREDENTIALS }),
  ...rows('parallel/Z next/: proxytunnel/p', false, { refused: 'one request at a time' }),
  ...rows('quote/Q telnet-option/t mail-from mail-rcpt', true, { refused: 'only http and https are spoken' }),
];

/** A flag by its long name, abbreviations included as long as they are clear; `--no-` turns a switch off. */
export function longFlag(name: string): { flag: CurlFlag; isOff: boolean } | undefined {
  const exact = curlFlags.find(({ long }) => long === name);
  if (exact !== undefined) return { flag: exact, isOff: false };
  if (name.startsWith('no-')) {
    const positive = curlFlags.find(({ long, takesValue }) => long === name.slice(3) && !takesValue);
    return positive === undefined ? undefined : { flag: positive, isOff: true };
  }
  const [only, ...others] = curlFlags.filter(({ long }) => name.length > 2 && long.startsWith(name));
  return only === undefined || others.length > 0 ? undefined : { flag: only, isOff: false };
}

export function shortFlag(letter: string): CurlFlag | undefined {
  return curlFlags.find(({ short }) => short === letter);
}
