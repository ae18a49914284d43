import { createHash } from 'node:crypto';

const importMap = /<script type="importmap">([\s\S]*?)<\/script>/;

/**
 * The Content-Security-Policy of the page: everything from this server only, and no inline script but the import map, which is
 * allowed by its hash. Nothing that a label or a message smuggles in can run, and no picture is fetched from outside.
 */
export function contentSecurityPolicy(document: string): string {
  const inline = importMap.exec(document)?.[1];
  const hash = inline === undefined ? '' : ` 'sha256-${createHash('sha256').update(inline, 'utf8').digest('base64')}'`;
  return [
    "default-src 'self'",
    `script-src 'self'${hash}`,
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
