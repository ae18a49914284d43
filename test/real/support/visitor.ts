import { readFileSync } from 'node:fs';
import type { Browser, BrowserContextOptions, Download, Locator, Page } from 'playwright-core';

/** Somebody in front of the try-out's page: sees what stands there, types, presses. Everything waits until it is there. */
export type Visitor = {
  page: Page;
  /** What is wrong with the page itself: errors of its scripts, and requests that went elsewhere. */
  complaints: readonly string[];
  /** The newest message of the channel with these words. */
  message(words: string | RegExp): Locator;
  /** The newest message of the open thread with these words. */
  reply(words: string | RegExp): Locator;
  modal: Locator;
  /** Resolves once the words stand there. */
  sees(place: Locator, words: string | RegExp): Promise<void>;
  actAs(name: string): Promise<void>;
  openChannel(name: string): Promise<void>;
  /** Types into the channel's box and presses Enter. */
  types(text: string): Promise<void>;
  /** Types into the thread's box and presses Enter. */
  replies(text: string): Promise<void>;
  /** Presses a link that downloads, and reads the file. */
  downloads(link: Locator): Promise<string>;
  leave(): Promise<void>;
};

const waitMs = 30_000;

export async function visit(browser: Browser, pageUrl: string, how: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, timezoneId: 'UTC', ...how });
  context.setDefaultTimeout(waitMs);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (line) => void (line.type() === 'error' && complaints.push(line.text())));
  context.on('request', (request) => void (new URL(request.url()).hostname !== '127.0.0.1' && complaints.push(request.url())));
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(pageUrl);

  const channel = page.getByRole('main');
  const thread = page.getByRole('complementary', { name: 'Thread' });
  const newest = (place: Locator, words: string | RegExp) => place.getByRole('article').filter({ hasText: words }).last();
  const type = async (place: Locator, text: string) => {
    const box = place.locator('form').getByRole('textbox');
    await box.fill(text);
    await box.press('Enter');
  };
  return {
    page,
    complaints,
    message: (words) => newest(channel, words),
    reply: (words) => newest(thread, words),
    modal: page.getByRole('dialog'),
    sees: (place, words) => place.filter({ hasText: words }).first().waitFor(),
    actAs: (name) => page.getByRole('radio', { name }).check({ force: true }),
    openChannel: (name) => page.getByRole('navigation').getByRole('button', { name }).click(),
    types: (text) => type(channel, text),
    replies: (text) => type(thread, text),
    async downloads(link) {
      // The link opens a tab, which closes by itself once the browser sees that it is a file.
      const download = new Promise<Download>((resolve) => {
        page.once('download', resolve);
        context.once('page', (tab) => tab.once('download', resolve));
      });
      await link.click();
      return readFileSync(await (await download).path(), 'utf8');
    },
    leave: () => context.close(),
  };
}
