import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { verifyExport } from '../../src/export/verify.ts';
import { chromiumProgram, openChromium } from './support/chromium.ts';
import { hostileAlert } from './support/hostile-alert.ts';
import { requireOrSkip } from './support/require.ts';
import { startTryOut } from './support/try-out.ts';
import type { TryOut } from './support/try-out.ts';
import { visit } from './support/visitor.ts';
import type { Visitor } from './support/visitor.ts';

const describeReal = requireOrSkip('Chromium', chromiumProgram !== undefined, 'install the package chromium');

/** Where the README's pictures go; nothing is written without it. */
const pictures = process.env['TOCSIN_SCREENSHOTS'];

async function picture({ page }: Visitor, name: string): Promise<void> {
  if (pictures === undefined) return;
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(pictures, name), animations: 'disabled' });
}

async function fire({ page }: Visitor, sample: string): Promise<void> {
  await page.getByRole('button', { name: 'Fire a sample alert' }).click();
  await page.getByRole('button', { name: `Fire: ${sample}` }).click();
}

async function clear({ page }: Visitor, sample: string): Promise<void> {
  await page.getByRole('button', { name: 'Fire a sample alert' }).click();
  await page.getByRole('button', { name: `Resolve: ${sample}` }).click();
}

const videoErrors = 'Video processing error budget exhausted';

describeReal('the try-out in a browser', () => {
  let browser: Browser;
  let data: string;
  let tryOut: TryOut;
  beforeAll(async () => {
    browser = await openChromium();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    data = mkdtempSync(join(tmpdir(), 'try-out-'));
    tryOut = await startTryOut(data);
  });
  afterEach(async () => {
    await tryOut.kill();
    rmSync(data, { recursive: true, force: true });
  });

  it('leads from the alert to the export, and keeps everything over a restart', async () => {
    await expect.poll(() => tryOut.printed()).toContain(`Open     ${tryOut.pageUrl}`);
    const ana = await visit(browser, tryOut.pageUrl);
    await fire(ana, videoErrors);

    const card = ana.message(/INC-1 · Video Processing Error Budget Exhausted/);
    await ana.sees(card, /Triggered, not acknowledged/);
    await ana.sees(card, /Impact: Users cannot process videos or get poor quality results/);
    await ana.sees(card, /Current error rate: 7\.\d+%/);
    await ana.openChannel('oncall');
    await ana.sees(ana.message(/INC-1/), /Nobody has acknowledged this yet/);
    await ana.sees(ana.message(/INC-1/), /Current error rate/);
    await picture(ana, 'oncall.png');

    await ana.openChannel('incidents');
    await card.getByRole('button', { name: /replies/ }).click();
    await ana.sees(ana.reply(/Runbook:/), /1\. Acknowledge Alert.*Escalation/s);
    await ana.sees(ana.reply(/Internal Update/), /Current error rate: 7\.\d+%.*ETA: \S+ *not known yet/s);
    await ana.page.getByRole('button', { name: 'Newest messages' }).click();

    await ana.types('/incident ack');
    await ana.sees(ana.message(/Only visible to you/), /You acknowledged INC-1/);
    await ana.sees(card, /Investigating/);
    await ana.sees(ana.reply(/acknowledged and is on it/), /@ana/);

    await ana.actAs('Ben Okafor');
    await card.getByRole('button', { name: 'Become incident commander of INC-1' }).click();
    await ana.sees(card, /IC @ben/);
    await card.getByRole('button', { name: 'Post a status update on INC-1' }).click();
    await ana.modal.getByLabel('Phase').selectOption('Identified');
    const text = ana.modal.getByLabel('Update');
    expect(await text.inputValue()).toMatch(/Current error rate: 7\.\d+%.*ETA: ⟨ETA: to be filled⟩/s);
    await picture(ana, 'update-form.png');
    await text.fill('');
    await ana.modal.getByRole('button', { name: 'Post' }).click();
    await ana.sees(ana.modal, /Please complete this required field/);
    await text.fill('GPU workers run out of memory. We scale up.');
    await ana.modal.getByRole('button', { name: 'Post' }).click();
    await ana.sees(
      ana.message(/replied to a thread: Critical INC-1/),
      /INC-1 · Identified · update by @ben.*GPU workers run out of memory/s,
    );
    await ana.sees(card, /Last update .*by @ben: GPU workers run out of memory/);

    await ana.replies('@tocsin note Scaled gpu-worker to 10');
    await ana.sees(ana.reply(/Note by @ben/), /Scaled gpu-worker to 10/);

    await clear(ana, videoErrors);
    await ana.sees(ana.reply(/INC-1 · All alerts have cleared/), /Check that it holds|It resolves by itself/);
    await card.getByRole('button', { name: 'Resolve INC-1' }).click();
    await ana.sees(ana.modal, /Resolve INC-1\?.*You see the closing message first/s);
    await ana.modal.getByRole('button', { name: 'Go on' }).click();
    await ana.modal.getByLabel('Closing message').fill('More GPU workers; the error rate is normal.');
    await ana.modal.getByRole('button', { name: 'Resolve' }).click();
    await ana.sees(card, /Resolved by @ben/);
    await ana.sees(ana.message(/INC-1 · Resolved/), /More GPU workers.*\(MTTR\)/s);

    await ana.types('/incident export INC-1');
    const answer = ana.message(/Export of INC-1/);
    expect(await ana.downloads(answer.getByRole('link', { name: 'Markdown' }))).toMatch(/^# INC-1 .*Scaled gpu-worker to 10/s);
    const before = verifyExport(await ana.downloads(answer.getByRole('link', { name: 'JSON' })));
    expect(before).toMatchObject({ ok: true, incident: 'INC-1' });
    expect(ana.complaints).toEqual([]);
    await ana.leave();

    expect(await tryOut.interrupt()).toBe(0);
    expect(tryOut.printed()).toMatch(/Stopping\. What you did is kept\.\n$/);
    tryOut = await startTryOut(data);
    const again = await visit(browser, tryOut.pageUrl);
    const kept = again.message(/INC-1 · Video Processing Error Budget Exhausted/);
    await again.sees(kept, /Resolved by @ben/);
    await kept.getByRole('button', { name: /replies/ }).click();
    await again.sees(again.reply(/Note by @ben/), /Scaled gpu-worker to 10/);
    await again.types('/incident export 1');
    const after = verifyExport(await again.downloads(again.message(/Export of INC-1/).getByRole('link', { name: 'JSON' })));
    expect(after).toMatchObject({ ok: true, head: before.ok ? before.head : 'no head' });
    expect(again.complaints).toEqual([]);
    await again.leave();
    expect(await tryOut.interrupt()).toBe(0);
  });

  it('runs the runbook from the thread, and changes the cluster only when somebody else approved', async () => {
    const ana = await visit(browser, tryOut.pageUrl, { viewport: { width: 1280, height: 1100 } });
    await fire(ana, videoErrors);
    const card = ana.message(/INC-1 · Video Processing Error Budget Exhausted/);
    await ana.sees(card, /Current error rate: 7\.\d+%/);
    await card.getByRole('button', { name: /replies/ }).click();
    await ana.sees(ana.reply(/Internal Update/), /ETA/);
    await ana.replies('@tocsin run 2');
    await ana.sees(ana.reply(/#1 · 2\. Initial Investigation/), /· done.*gpu_out_of_memory/s);
    await ana.sees(card, /Initial Investigation: .*gpu_out_of_memory/);
    await ana.replies('@tocsin query sum(video_processing_queue_depth) --range 1h');
    await ana.reply(/#2 .*sum\(video_processing_queue_depth\)/s).waitFor();
    const chart = ana.page.getByRole('complementary', { name: 'Thread' }).locator('article img').last();
    await chart.waitFor();
    await picture(ana, 'runs.png');

    await ana.replies('@tocsin mitigate 8.1');
    const proposal = ana.reply(/#3 · 8\.1\. Scale up workers/);
    await ana.sees(proposal, /waits for approval.*gpu-worker.*3.*10/s);
    await proposal.getByRole('button', { name: 'Approve' }).click();
    await ana.sees(ana.reply(/Only visible to you/), /yourself|somebody else/);
    await proposal.scrollIntoViewIfNeeded();
    await picture(ana, 'approval.png');
    await ana.actAs('Ben Okafor');
    await proposal.getByRole('button', { name: 'Approve' }).click();
    await ana.sees(proposal, /· applied/);
    await ana.replies('@tocsin run 2.1');
    await ana.sees(proposal, /better/);
    expect(ana.complaints).toEqual([]);
    await ana.leave();
  });

  it('shows a hostile alert as what it is: text', async () => {
    const ana = await visit(browser, tryOut.pageUrl);
    const response = await fetch(tryOut.webhookUrl, {
      method: 'POST',
      headers: { Authorization: `Bearer ${tryOut.webhookToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(hostileAlert),
    });
    expect(response.status).toBe(200);

    const card = ana.message(/INC-1/);
    await ana.sees(card.getByRole('heading'), '<!channel> <script>window.owned = 1</script> *bold* `code` <http://evil.example|x>');
    await card.getByRole('button', { name: /repl/ }).click();
    const alerts = ana.reply(/Alerts: 1 firing/);
    await ana.sees(alerts, '<!here> @ana <@U0ANA00000> <http://evil.example|click>');
    for (const shown of [card, alerts]) {
      expect(await shown.locator('.mention').count()).toBe(0);
      expect(await shown.getByRole('link').evaluateAll((links) => links.map((link) => link.getAttribute('href')))).toEqual([]);
      expect(await shown.locator('script, img, iframe').count()).toBe(0);
    }
    await ana.openChannel('oncall');
    await ana.sees(ana.message(/INC-1/), '<img src=x onerror="window.owned = 1">');
    expect(await ana.page.evaluate('typeof window.owned')).toBe('undefined');
    expect(await ana.page.getByRole('main').locator('.mention-all').count()).toBe(0);
    expect(ana.complaints).toEqual([]);
    await ana.leave();
  });

  it('works on a phone, in the dark and with the keyboard alone', async () => {
    const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true } as const;
    const ana = await visit(browser, tryOut.pageUrl, phone);
    await fire(ana, videoErrors);
    const card = ana.message(/INC-1/);
    await ana.sees(card, /Current error rate: 7\.\d+%/);
    await card.getByRole('button', { name: /replies/ }).click();
    const root = ana.reply(/Triggered, not acknowledged/);
    await ana.sees(ana.reply(/Internal Update/), /ETA/);
    for (const name of ['Acknowledge INC-1: you are on it', 'Run the diagnostics of INC-1 that need no values', 'More actions'])
      expect((await root.getByRole('button', { name }).boundingBox())?.y, name).toBeLessThan(844);
    expect(await ana.page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await picture(ana, 'phone.png');
    await root.getByRole('button', { name: 'More actions' }).click();
    const menu = await ana.page.getByRole('menu').boundingBox();
    expect((menu?.x ?? -1) >= 0 && (menu?.x ?? 0) + (menu?.width ?? 0) <= 390, 'the whole menu is on the screen').toBe(true);
    await ana.page.getByRole('menuitem', { name: 'Catch me up' }).click();
    await ana.sees(ana.page.getByRole('status'), /The answer is in the channel/);
    expect(ana.complaints).toEqual([]);
    await ana.leave();

    const ben = await visit(browser, tryOut.pageUrl, { colorScheme: 'dark' });
    const box = ben.page.getByRole('main').getByRole('textbox');
    await box.focus();
    await ben.page.keyboard.type('/inc');
    await ben.page.keyboard.press('Tab');
    await ben.page.keyboard.type('ac');
    await ben.sees(ben.page.getByRole('option'), /\/incident ack \[INC-12\]/);
    await ben.page.keyboard.press('ArrowDown');
    await ben.page.keyboard.press('Enter');
    expect(await box.inputValue()).toBe('/incident ack ');
    await ben.page.keyboard.press('Enter');
    await ben.sees(ben.message(/Only visible to you/), /You acknowledged INC-1/);
    const update = ben.message(/Investigating/).getByRole('button', { name: 'Post a status update on INC-1' });
    await update.focus();
    await ben.page.keyboard.press('Enter');
    await ben.modal.waitFor();
    await ben.page.keyboard.press('Escape');
    await ben.modal.waitFor({ state: 'detached' });
    await ben.leave();
  });
});
