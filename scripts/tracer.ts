/**
 * Compiles the memory tracer (native/tracer) for the Linux of containers: a static program without a C library, so any of
 * the compilers below will do, on any machine.
 */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram, runCommand } from '../src/engine/system/process.ts';

const root = join(import.meta.dirname, '..');

const flags = [
  '-std=c11 -Os -Wall -Wextra -Werror -ffreestanding -fno-stack-protector -fno-pie',
  '-fno-asynchronous-unwind-tables -fno-unwind-tables',
  '-static -nostdlib -no-pie -Wl,--build-id=none -Wl,-z,noexecstack -s',
].flatMap((line) => line.split(' '));

type Machine = { name: 'x86_64' | 'arm64'; triplet: string; nodeArch: string };

const machines: Machine[] = [
  { name: 'x86_64', triplet: 'x86_64-linux-gnu', nodeArch: 'x64' },
  { name: 'arm64', triplet: 'aarch64-linux-gnu', nodeArch: 'arm64' },
];

/** Program and first arguments of a compiler for a machine, the first that is there. */
function compilerFor({ triplet, nodeArch }: Machine): [program: string, ...args: string[]] | null {
  const gcc = findProgram([`${triplet}-gcc`]);
  if (gcc !== null) return [gcc];
  const own = process.platform === 'linux' && process.arch === nodeArch ? findProgram(['gcc', 'cc']) : null;
  if (own !== null) return [own];
  const clang = findProgram(['ld.lld']) === null ? null : findProgram(['clang']);
  return clang === null ? null : [clang, `--target=${triplet}`, '-fuse-ld=lld'];
}

/** Writes `reef-tracer-x86_64` and `reef-tracer-arm64` into `folder`; says which one could not be made here, and goes on. */
export async function buildTracer(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const source = join(root, 'native/tracer');
  const files = (await readdir(source)).filter((name) => name.endsWith('.c')).toSorted();
  for (const machine of machines) {
    const compiler = compilerFor(machine);
    if (compiler === null) {
      const why = `no ${machine.triplet}-gcc, and no clang with ld.lld`;
      console.warn(
        `The memory tracer for ${machine.name} is left out: ${why}; on Debian, as root, scripts/prepare.sh installs it.`,
      );
      continue;
    }
    const [program, ...own] = compiler;
    const target = join(folder, `reef-tracer-${machine.name}`);
    const { exitCode, stderr } = await runCommand(program, [...own, ...flags, ...files, '-o', target], { cwd: source });
    if (exitCode !== 0) throw new Error(`${program} could not compile the memory tracer:\n${stderr}`);
  }
}
