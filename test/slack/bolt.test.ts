import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('what takes requests over HTTP loads nothing that only a socket, or a server that is not used, would need', () => {
  const file = fileURLToPath(new URL('../../src/slack/slack.ts', import.meta.url));
  const program = `
    import { createRequire } from 'node:module';
    await import(${JSON.stringify(file)});
    console.log(JSON.stringify(Object.keys(createRequire(${JSON.stringify(file)}).cache)));
  `;
  const loaded = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
  expect(loaded).toMatch(/node_modules\/@slack\/bolt\/dist\/receivers\/HTTPReceiver\.js/);
  expect(loaded).not.toMatch(/node_modules\/(?:express|undici|@slack\/socket-mode)\//);
});
