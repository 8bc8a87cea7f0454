import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TracerReader } from '../../../src/engine/runtime/tracer/frames.ts';
import { TraceGatherer } from '../../../src/engine/runtime/tracer/gather.ts';
import { bytesInMb, largest, type Trace } from '../../../src/engine/studies/tracing/trace.ts';
import { findProgram } from '../../../src/engine/system/process.ts';
import { tracerPath, whyNoTracer } from '../../../src/engine/targets/tracer-file.ts';
import type { Architecture } from '../../../src/protocol/functions.ts';

const own: Architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
const emulators: Record<Architecture, string> = { arm64: 'qemu-aarch64', x86_64: 'qemu-x86_64' };

/** How a tracer is run here; a sentence why not. */
function commandFor(architecture: Architecture): string[] | string {
  const missing = process.platform === 'linux' ? whyNoTracer(architecture) : 'the tracer runs on Linux';
  if (missing !== null) return missing;
  if (architecture === own) return [tracerPath(architecture)];
  const emulator = findProgram([emulators[architecture]]);
  return emulator === null ? `there is no ${emulators[architecture]}` : [emulator, tracerPath(architecture)];
}

const cases = (['x86_64', 'arm64'] as const).map((architecture) => ({ architecture, command: commandFor(architecture) }));

/** A group's files as the kernel writes them. */
const v1 = {
  'memory.usage_in_bytes': '1000\n',
  'memory.stat': 'cache 1\nrss 1\ninactive_file 1\ntotal_cache 400\ntotal_rss 300\ntotal_shmem 50\ntotal_inactive_file 200\n',
  'memory.limit_in_bytes': '4096\n',
  'memory.max_usage_in_bytes': '2000\n',
  'memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 3\n',
};
const v2 = {
  'memory.current': '1000\n',
  'memory.stat': 'anon 300\nfile 400\nkernel 100\nshmem 50\ninactive_anon 9\ninactive_file 200\n',
  'memory.max': 'max\n',
  'memory.peak': '2000\n',
  'cpu.stat': 'usage_usec 7000\nuser_usec 1\n',
  'memory.events': 'low 0\noom 4\noom_kill 3\noom_group_kill 0\n',
};

type Run = { trace: Trace; stdout: string; stderr: string; code: number | null };

async function trace([program = '', ...first]: string[], args: string[], onOutput?: (kill: () => void) => void): Promise<Run> {
  const child = spawn(program, [...first, 'run', '1000', '2', 'process', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  const gatherer = new TraceGatherer((bytes) => void (output.stderr += bytes.toString()));
  const reader = new TracerReader(gatherer);
  child.stderr.on('data', (bytes: Buffer) => reader.push(bytes));
  child.stdout.on('data', (bytes: Buffer) => {
    output.stdout += bytes.toString();
    onOutput?.(() => child.kill('SIGTERM'));
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { ...output, code, trace: gatherer.trace('wrapper', { isOom: false, phases: [] }) };
}

for (const { architecture, command } of cases) {
  if (typeof command === 'string') console.log(`Skipped: the tracer for ${architecture} cannot be tested, ${command}.`);
  describe.skipIf(typeof command === 'string')(`the tracer for ${architecture}`, () => {
    const tracer = typeof command === 'string' ? [] : command;

    it('reads the memory of a process, and ends as the process does', async () => {
      const lines = [
        'import sys, time',
        'b = bytearray(30 << 20)',
        'time.sleep(0.1)',
        'print("no", file=sys.stderr)',
        'sys.exit(7)',
      ];
      const { trace: seen, stderr, code } = await trace(tracer, ['python3', '-c', lines.join('\n')]);
      expect(code).toBe(7);
      expect(stderr).toBe('no\n');
      expect(seen.ending.exitCode).toBe(7);
      expect(largest(seen.usage)).toBeGreaterThan(30 * bytesInMb);
      expect(seen.usage.timeMs.length).toBeGreaterThan(5);
    });

    it('passes signals on, and ends with 128 and more after one', async () => {
      const lines = ['import time', 'print(1, flush=True)', 'time.sleep(30)'];
      const { code, trace: seen } = await trace(tracer, ['python3', '-c', lines.join('\n')], (kill) => kill());
      expect(code).toBe(143);
      expect(seen.ending).toMatchObject({ exitCode: null, signal: 15 });
    });

    it.for([
      ['cgroup-v1', v1],
      ['cgroup-v2', v2],
    ] as const)(
      'reads the files of %s as soon as they are there, until it is told to stop',
      async ([source, files], { onTestFinished }) => {
        const root = await mkdtemp(join(tmpdir(), 'reef-tracer-'));
        onTestFinished(() => rm(root, { recursive: true }));
        const [program = '', ...first] = tracer;
        const args = ['watch', '1000', '1', join(root, 'nowhere'), '-', join(root, 'group'), join(root, 'cpu')];
        const child = spawn(program, [...first, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
        const gatherer = new TraceGatherer();
        const reader = new TracerReader(gatherer);
        child.stdout.on('data', (bytes: Buffer) => {
          reader.push(bytes);
          if (gatherer.samples > 20) child.stdin.end();
        });
        for (const folder of ['cpu', 'new']) await mkdir(join(root, folder));
        await writeFile(join(root, 'cpu/cpuacct.usage'), '7000000\n');
        for (const [name, text] of Object.entries(files)) await writeFile(join(root, 'new', name), text);
        await rename(join(root, 'new'), join(root, 'group'));
        await once(child, 'close');
        expect(gatherer.source).toBe(source);
        expect(gatherer.end).toMatchObject({ how: 'stopped', oomKills: 3 });
        const seen = gatherer.trace('host-files', { isOom: false, phases: [] });
        const values = [seen.usage, seen.workingSet, seen.anonymous, seen.file, seen.limit, seen.cpu].map(
          (curve) => curve.values[0],
        );
        expect(values).toEqual([1000, 800, 300, 350, source === 'cgroup-v2' ? Infinity : 4096, 7]);
      },
    );

    it('sees nothing of a group that it may not read, and still ends when told to', async ({ onTestFinished }) => {
      const root = await mkdtemp(join(tmpdir(), 'reef-tracer-'));
      onTestFinished(() => rm(root, { recursive: true }));
      await mkdir(join(root, 'group'));
      for (const [name, text] of Object.entries(v2)) await writeFile(join(root, 'group', name), text);
      await chmod(join(root, 'group'), 0);
      const [program = '', ...first] = tracer;
      // The superuser may read all.
      const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
      const args = ['watch', '1000', '1', join(root, 'group'), '-'];
      const child = spawn(program, [...first, ...args], { stdio: ['pipe', 'pipe', 'inherit'], ...nobody });
      const gatherer = new TraceGatherer();
      const reader = new TracerReader(gatherer);
      child.stdout.on('data', (bytes: Buffer) => reader.push(bytes));
      child.stdin.end();
      await once(child, 'close');
      await chmod(join(root, 'group'), 0o700);
      expect([gatherer.samples, gatherer.source]).toEqual([0, 'none']);
    });

    it('says that a program is not there', async () => {
      const { code, trace: seen } = await trace(tracer, ['no-such-program']);
      expect(code).toBe(127);
      expect(seen.ending).toMatchObject({ exitCode: null, signal: null });
    });
  });
}
