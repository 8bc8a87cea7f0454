import type { Platform } from '../../functions/native/platform.ts';
import { versionOfRuntime } from '../../functions/runtimes.ts';
import { findProgram, runCommand } from '../../system/process.ts';
import type { Language } from '../../../protocol/functions.ts';
import { packageFailed } from '../package-failed.ts';

/** A program that installs Python packages for another machine than this one. */
export type Installer = { name: 'uv' | 'pip'; version: string; program: string };

/** What packages are installed for. */
export type Wanted = { runtime: string; platform: Platform };

const wheelProcessors = { x86_64: 'x86_64', arm64: 'aarch64' } as const;
/** `manylinux2014` is glibc 2.17. */
const oldestGlibc = 17;

const askPip = 'from importlib.metadata import version; print(version("pip"))';

/**
 * `uv` where it is on the PATH, else the `pip` of the Python that runs functions.
 * @throws ReefError `package-failed` when there is neither
 */
export async function findInstaller(programOf: (language: Language) => Promise<string>): Promise<Installer> {
  const uv = findProgram(['uv']);
  if (uv !== null) {
    const { stdout } = await runCommand(uv, ['--version']);
    return { name: 'uv', version: /\d+\.\d+\.\d+\S*/.exec(stdout)?.[0] ?? 'unknown', program: uv };
  }
  const python = await programOf('python').catch(() => null);
  const { stdout, exitCode } = python === null ? { stdout: '', exitCode: 1 } : await runCommand(python, ['-c', askPip]);
  if (python === null || exitCode !== 0) {
    throw packageFailed(
      'Packages of Python are installed by uv or pip, and neither was found: install uv, or a Python that has pip',
    );
  }
  return { name: 'pip', version: stdout.trim(), program: python };
}

/** Arguments that install a list of requirements into a folder: only wheels that were built for the platform. */
export function installArguments({ name }: Installer, list: string, folder: string, { runtime, platform }: Wanted): string[] {
  const python = versionOfRuntime(runtime);
  const processor = wheelProcessors[platform.architecture];
  const newest = newestWheels(platform);
  if (name === 'uv') {
    const tag = newest === oldestGlibc ? 'manylinux2014' : `manylinux_2_${newest}`;
    const where = ['--python-platform', `${processor}-${tag}`, '--python-version', python];
    return ['pip', 'install', '--target', folder, ...where, '--only-binary', ':all:', '--no-progress', '-r', list];
  }
  const tags = Array.from({ length: newest - oldestGlibc + 1 }, (_unused, index) => `manylinux_2_${oldestGlibc + index}`);
  const platforms = ['manylinux2014', ...tags].flatMap((tag) => ['--platform', `${tag}_${processor}`]);
  const where = [...platforms, '--implementation', 'cp', '--python-version', python];
  const quiet = ['--no-compile', '--no-input', '--disable-pip-version-check', '--quiet'];
  return ['-m', 'pip', 'install', '--target', folder, ...where, '--only-binary=:all:', ...quiet, '-r', list];
}

/** The newest glibc that wheels may be built for; of versions before 2.28, uv knows 2.17 alone, so pip takes no other either. */
function newestWheels({ glibcMinor }: Platform): number {
  return glibcMinor >= 28 ? glibcMinor : oldestGlibc;
}

/** Arguments that write the packages of a `uv.lock` as a list of requirements. */
export function exportArguments(project: string, list: string): string[] {
  return [
    'export',
    '--project',
    project,
    '--frozen',
    '--no-dev',
    '--no-emit-project',
    '--no-header',
    '--quiet',
    '--output-file',
    list,
  ];
}
