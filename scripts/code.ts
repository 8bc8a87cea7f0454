/**
 * Opens VS Code with Reef on the examples: the desktop VS Code where there is one, otherwise VS Code in the browser.
 * Usage: npm run code
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { findProgram } from '../src/engine/system/process.ts';
import { ensureCodeServer, whyNoCodeServer } from './code-server-install.ts';
import { installVsix, startCodeServer } from './code-server.ts';
import { currentTarget, packVsix } from './package.ts';

const root = join(import.meta.dirname, '..');
const examples = join(root, 'examples');

/** VS Code's program; null when there is none, or no screen for it, or it would refuse to run (as root). */
function findDesktopCode(): string | null {
  const linux = process.platform === 'linux';
  if (linux && (process.getuid?.() === 0 || !(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']))) return null;
  const found = findProgram(['code', 'code-insiders']);
  if (found === null || process.platform !== 'win32') return found;
  // On Windows the PATH holds a batch file, which only a shell can run: the program lies in the folder above it.
  const folder = dirname(dirname(found));
  const name = basename(found).startsWith('code-insiders') ? 'Code - Insiders.exe' : 'Code.exe';
  return existsSync(join(folder, name)) ? join(folder, name) : null;
}

function openDesktop(program: string): void {
  // A development window: Reef is there for this window only, and nothing is installed into the user's own VS Code.
  spawn(program, ['--new-window', `--extensionDevelopmentPath=${root}`, examples], { stdio: 'ignore', detached: true })
    .on('error', (error) => {
      console.error(`VS Code could not be started: ${error.message}`);
      process.exitCode = 1;
    })
    .unref();
  console.log(`VS Code opens with Reef on ${examples}`);
}

/** Settings of a first start; afterwards they are the user's. */
async function writeFirstSettings(profile: string): Promise<void> {
  const folder = join(profile, 'user-data/User');
  await mkdir(folder, { recursive: true });
  const settings = {
    'telemetry.telemetryLevel': 'off',
    'security.workspace.trust.enabled': false,
    'workbench.startupEditor': 'none',
  };
  await writeFile(join(folder, 'settings.json'), JSON.stringify(settings, null, 2), { flag: 'wx' }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
}

async function openInBrowser(): Promise<void> {
  const missing = await whyNoCodeServer();
  if (missing !== null) {
    throw new Error(`No desktop VS Code was found here, and ${missing}. On Debian, as root, scripts/prepare.sh installs it.`);
  }
  await ensureCodeServer();
  const profile = join(root, '.cache/code-profile');
  await writeFirstSettings(profile);
  await installVsix(profile, await packVsix(currentTarget()));
  const server = await startCodeServer({ profile, workspaceTrust: false });
  console.log(`\nVS Code with Reef: ${server.url}/?folder=${encodeURI(examples)}\nCtrl-C ends it.`);
  const end = (): void => void server.stop().then(() => process.exit(0));
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
}

try {
  const desktop = findDesktopCode();
  if (desktop !== null) openDesktop(desktop);
  else await openInBrowser();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
