import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { gitCommit } from '../../../src/engine/system/git.ts';
import { describeMachine } from '../../../src/engine/system/machine.ts';
import { findProgram, isProcessAlive, killTree, runCommand, spawnInGroup } from '../../../src/engine/system/process.ts';
import { waitUntilGone } from './support.ts';
import { Machine } from '../../../src/protocol/runs.ts';
import { tmpdir } from 'node:os';

const node = process.execPath;

describe('runCommand', () => {
  it('returns what the program printed and its exit code', async () => {
    const result = await runCommand(node, ['-e', 'console.log("héé"); console.error("bad"); process.exit(3)']);
    expect(result).toEqual({ stdout: 'héé\n', stderr: 'bad\n', exitCode: 3, truncated: false });
  });

  it('passes arguments as they are, without a shell', async () => {
    const argument = '$(echo x); "quoted" * é';
    const { stdout } = await runCommand(node, ['-e', 'process.stdout.write(process.argv[1])', argument]);
    expect(stdout).toBe(argument);
  });

  it('keeps output up to the bound', async () => {
    const { stdout, truncated } = await runCommand(node, ['-e', 'process.stdout.write("x".repeat(200_000))'], {
      maxOutputBytes: 1000,
    });
    expect(stdout.length).toBe(1000);
    expect(truncated).toBe(true);
  });

  it('says which program could not be started', async () => {
    await expect(runCommand('/nowhere/tool', [])).rejects.toThrow(/\/nowhere\/tool could not be started/);
  });

  it('kills a program that takes too long', async () => {
    await expect(runCommand(node, ['-e', 'setInterval(() => {}, 1000)'], { timeoutMs: 300 })).rejects.toThrow(
      /did not end within 300 ms/,
    );
  });

  it('kills the program and its children when aborted', async () => {
    const controller = new AbortController();
    const script = `const c = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      require('fs').writeFileSync(process.argv[1], String(c.pid)); setInterval(() => {}, 1000)`;
    const file = `${tmpdir()}/reef-system-${process.pid}.pid`;
    const running = runCommand(node, ['-e', script, file], { signal: controller.signal });
    const { readFile, rm } = await import('node:fs/promises');
    let pid = 0;
    while (pid === 0) {
      await sleep(20);
      pid = Number(await readFile(file, 'utf8').catch(() => '0'));
    }
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    await waitUntilGone(pid);
    await rm(file);
  });
});

describe('killTree', () => {
  it('does nothing when the process is gone', async () => {
    const child = spawnInGroup(node, ['-e', '0'], { stdio: 'ignore' });
    await new Promise((resolve) => child.on('close', resolve));
    expect(() => killTree(child.pid ?? 0)).not.toThrow();
  });
});

describe('isProcessAlive', () => {
  it('tells a live process from one that is gone', async () => {
    const child = spawnInGroup(node, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const pid = child.pid ?? 0;
    expect(isProcessAlive(pid)).toBe(true);
    killTree(pid);
    await new Promise((resolve) => child.on('close', resolve));
    expect(isProcessAlive(pid)).toBe(false);
  });
});

describe('findProgram', () => {
  it('finds the first that exists, as an absolute path', () => {
    expect(findProgram(['no-such-tool', 'node'])).toMatch(/node(\.exe)?$/i);
    expect(findProgram([node])).toBe(node);
  });

  it('returns null when none exists', () => {
    expect(findProgram(['no-such-tool', '/nowhere/tool'])).toBeNull();
    expect(findProgram(['node'], { PATH: '' })).toBeNull();
  });
});

describe('describeMachine and gitCommit', () => {
  it('describes this machine by the protocol', () => {
    expect(Machine.parse(describeMachine()).cpuCount).toBeGreaterThan(0);
  });

  it('gives the commit of a repository, and null outside of one', async () => {
    expect(await gitCommit(import.meta.dirname)).toMatch(/^[0-9a-f]{40}$/);
    expect(await gitCommit(tmpdir())).toBeNull();
  });
});
