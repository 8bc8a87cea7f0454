import { type Browser, chromium } from 'playwright-core';
import { findProgram } from '../../src/engine/system/process.ts';

const installed = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The Chromium that tests drive: `REEF_CHROMIUM`, or an installed one; null when there is none. */
export function findChromium(): string | null {
  const chosen = process.env['REEF_CHROMIUM'];
  return findProgram(chosen === undefined ? installed : [chosen]);
}

export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('There is no Chromium: install it, or name it in REEF_CHROMIUM.');
  const args = [
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
  ];
  args.push('--disable-sync');
  // Chromium's own sandbox refuses to run as root.
  if (process.getuid?.() === 0) args.push('--no-sandbox');
  return chromium.launch({ executablePath, args });
}
