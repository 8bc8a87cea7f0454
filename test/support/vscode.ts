/**
 * A real VS Code for end-to-end tests: code-server with the VSIX under test, in a profile and a workspace of its own,
 * driven in Chromium.
 */
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { ensureCodeServer } from '../../scripts/code-server-install.ts';
import { type CodeServer, installVsix, startCodeServer } from '../../scripts/code-server.ts';
import { launchChromium } from './chromium.ts';
import { vsixUnderTest } from './vsix.ts';
import { Workbench } from './workbench.ts';

const root = join(import.meta.dirname, '../..');

/** A quiet VS Code: no start page, tips, updates or telemetry; dialogs that a test can drive. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'files.simpleDialog.enable': true,
  'files.hotExit': 'off',
  'git.enabled': false,
  'editor.accessibilitySupport': 'off',
};

export type VsCodeOptions = {
  /** What the workspace holds: a copy of the examples, of CDK programs and a Terraform module, or nothing. */
  workspace: 'examples' | 'infrastructure' | 'empty';
  /** True: the folder is opened untrusted. */
  untrusted?: boolean;
  settings?: Record<string, unknown>;
  /** Further VSIX files to install. */
  besides?: readonly string[];
};

export type VsCode = {
  /** Temporary folder that VS Code has open. */
  workspace: string;
  /** Folder with `user-data` and `extensions` of this VS Code. */
  profile: string;
  /** Opens another window on the workspace. */
  open(viewport?: { width: number; height: number }): Promise<Workbench>;
  stop(): Promise<void>;
};

/** Starts VS Code; whatever happens, nothing is left running when this throws or after `stop`. */
export async function startVsCode(options: VsCodeOptions): Promise<VsCode> {
  const folder = await mkdtemp(join(tmpdir(), 'reef-vscode-'));
  const profile = join(folder, 'profile');
  let server: CodeServer | null = null;
  let browser: Browser | null = null;
  const stop = async (): Promise<void> => {
    await browser?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    const workspace = await makeWorkspace(folder, options.workspace);
    await writeSettings(profile, {
      ...quietSettings,
      'security.workspace.trust.enabled': options.untrusted === true,
      ...options.settings,
    });
    await ensureCodeServer();
    for (const vsix of [vsixUnderTest(), ...(options.besides ?? [])]) await installVsix(profile, vsix);
    const started = await startCodeServer({ profile, workspaceTrust: options.untrusted === true });
    server = started;
    const chromium = await launchChromium();
    browser = chromium;
    const address = `${started.url}/?folder=${encodeURI(workspace)}`;
    return { workspace, profile, stop, open: async (viewport) => openWindow(await newPage(chromium, viewport), address) };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function makeWorkspace(folder: string, kind: VsCodeOptions['workspace']): Promise<string> {
  const workspace = join(folder, kind);
  if (kind === 'empty') {
    await mkdir(workspace);
    return workspace;
  }
  const left = new Set(['node_modules', '.reef', '__pycache__']);
  const original = kind === 'examples' ? 'examples' : `test/fixtures/workspaces/${kind}`;
  await cp(join(root, original), workspace, { recursive: true, filter: (path) => !left.has(basename(path)) });
  // The examples take their libraries from the repository.
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return workspace;
}

async function writeSettings(profile: string, settings: Record<string, unknown>): Promise<void> {
  const folder = join(profile, 'user-data/User');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'settings.json'), JSON.stringify(settings, null, 2));
}

async function newPage(browser: Browser, viewport = { width: 1280, height: 800 }): Promise<Page> {
  const page = await browser.newPage({ viewport });
  page.setDefaultTimeout(20_000);
  return page;
}

async function openWindow(page: Page, address: string): Promise<Workbench> {
  await page.goto(address);
  const workbench = new Workbench(page);
  await workbench.ready();
  return workbench;
}
