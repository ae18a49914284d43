import { LogLevel } from '@slack/web-api';
import type { Logger } from '@slack/web-api';
import type { Log } from '../kernel/log.ts';

const secrets: readonly RegExp[] = [
  /\bxox[a-z]-[\w-]+/g,
  /\bxapp-[\w-]+/g,
  /https:\/\/hooks\.slack\.com\/\S+/g,
  /\b(?:response_url|trigger_id)\W{1,4}[^"'\s,}]+/g,
];

/** The text with tokens, response URLs and trigger ids blanked. */
export function redact(text: string): string {
  return secrets.reduce((clean, secret) => clean.replaceAll(secret, '[redacted]'), text);
}

/** The SDK's log as fields of ours: warnings and errors only, because its debug lines hold whole request bodies. */
export function createSdkLogger(log: Log): Logger {
  const words = (parts: readonly unknown[]) => redact(parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' '));
  return {
    debug: () => {},
    info: () => {},
    warn: (...parts: readonly unknown[]) => log.warn({ sdk: words(parts) }, 'the Slack SDK warns'),
    error: (...parts: readonly unknown[]) => log.error({ sdk: words(parts) }, 'the Slack SDK reports an error'),
    setLevel: () => {},
    getLevel: () => LogLevel.WARN,
    setName: () => {},
  };
}
