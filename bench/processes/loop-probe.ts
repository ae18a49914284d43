import { writeFileSync } from 'node:fs';
import { watchEventLoop } from '../support/event-loop.ts';

// Loaded into a bot by `--import ...?to=FILE`. The first SIGUSR2 begins to watch its event loop, the second writes what was seen to the file.

const file = new URL(import.meta.url).searchParams.get('to') ?? '';
let watching: ReturnType<typeof watchEventLoop> | undefined;

process.on('SIGUSR2', () => {
  if (watching === undefined) {
    watching = watchEventLoop();
    return;
  }
  writeFileSync(file, JSON.stringify(watching.end()));
  watching = undefined;
});
