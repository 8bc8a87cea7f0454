/** Starts VS Code in a browser, for `npm run code` and the end-to-end tests. It listens on 127.0.0.1 only. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { killTree, runCommand, spawnInGroup } from '../src/engine/system/process.ts';
import { codeServerEntry } from './code-server-install.ts';

export type CodeServerOptions = {
  /** State of this VS Code: settings, logs, extensions. Made when missing. */
  profile: string;
  /** True: folders may be opened untrusted, and VS Code asks. */
  workspaceTrust: boolean;
};

export type CodeServer = { url: string; stop(): Promise<void> };

function profileArguments(profile: string): string[] {
  return ['--user-data-dir', join(profile, 'user-data'), '--extensions-dir', join(profile, 'extensions')];
}

/** Installs a VSIX into a profile that no VS Code uses at the moment. */
export async function installVsix(profile: string, vsix: string): Promise<void> {
  const args = [codeServerEntry, '--config', '/dev/null', ...profileArguments(profile), '--install-extension', vsix, '--force'];
  const result = await runCommand(process.execPath, args, { timeoutMs: 60_000 });
  if (result.exitCode !== 0) throw new Error(`The VSIX ${vsix} could not be installed: ${result.stderr || result.stdout}`);
}

/** Starts code-server on a free port and waits until it answers. */
export async function startCodeServer(options: CodeServerOptions): Promise<CodeServer> {
  const args = [
    codeServerEntry,
    '--config',
    '/dev/null',
    '--auth',
    'none',
    '--bind-addr',
    '127.0.0.1:0',
    ...profileArguments(options.profile),
  ];
  args.push('--disable-telemetry', '--disable-update-check', '--disable-getting-started-override', '--ignore-last-opened');
  if (!options.workspaceTrust) args.push('--disable-workspace-trust');
  const child = spawnInGroup(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const killNow = (): void => {
    if (child.pid !== undefined) killTree(child.pid);
  };
  process.once('exit', killNow);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let output = '';
  const url = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      if (output.length > 100_000) return;
      output += chunk.toString('utf8');
      const match = /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(output);
      if (match?.[1] !== undefined) resolve(match[1]);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`code-server ended with exit code ${code}: ${output}`)));
  });
  const stop = async (): Promise<void> => {
    // Asked first, so that it can end its extension hosts; what is left of the group is then killed.
    child.kill('SIGTERM');
    await Promise.race([exited, sleep(5_000)]);
    killNow();
    process.off('exit', killNow);
  };
  try {
    const address = await url;
    await untilHealthy(address);
    return { url: address, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function untilHealthy(url: string): Promise<void> {
  for (let attempt = 0; attempt < 150; attempt++) {
    const answer = await fetch(`${url}/healthz`).catch(() => null);
    if (answer?.ok === true) return;
    await sleep(200);
  }
  throw new Error(`code-server at ${url} did not answer within 30 s`);
}
