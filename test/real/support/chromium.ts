import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { findProgram } from './program.ts';

export const chromiumProgram = findProgram('chromium', 'chromium-browser', 'google-chrome');

/** A real Chromium with a fresh profile, which goes nowhere by itself. */
export function openChromium(): Promise<Browser> {
  if (chromiumProgram === undefined) throw new Error('no Chromium is installed');
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];
  return chromium.launch({ executablePath: chromiumProgram, args });
}
