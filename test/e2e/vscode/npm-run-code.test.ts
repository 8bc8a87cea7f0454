/** `npm run code` where there is no desktop VS Code: it prints an address, VS Code answers there with Reef, Ctrl-C ends it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../../src/engine/assets.ts';

test('npm run code prints the address of VS Code with Reef on the examples, and ends with Ctrl-C', async () => {
  const env = { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '' };
  const child = spawn(process.execPath, [join(packageRoot(), 'scripts/code.ts')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => void child.on('exit', resolve));
  try {
    let printed = '';
    const address = await new Promise<string>((resolve, reject) => {
      child.on('exit', (code) => reject(new Error(`It ended with ${code} before it printed an address: ${printed}`)));
      child.stdout.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
        const found = /http:\/\/127\.0\.0\.1:\d+\/\?folder=\S+examples/.exec(printed)?.[0];
        if (found !== undefined) resolve(found);
      });
    });
    const page = await fetch(address);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('vscode-workbench-web-configuration');
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    await expect(fetch(address)).rejects.toThrow('fetch failed');
  } finally {
    child.kill('SIGKILL');
  }
});
