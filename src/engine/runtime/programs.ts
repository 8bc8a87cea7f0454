import { ReefError } from '../../protocol/errors.ts';
import type { Language } from '../../protocol/functions.ts';
import { findProgram, runCommand } from '../system/process.ts';

/** `ask` makes a program print its own path and its version, a line each. */
const runtimes = {
  node: {
    names: ['node'],
    title: 'Node.js',
    setting: 'reef.node.path',
    ask: ['-e', 'console.log(process.execPath); console.log(process.versions.node)'],
    oldest: [18, 0],
  },
  python: {
    names: ['python3', 'python'],
    title: 'Python',
    setting: 'reef.python.path',
    ask: ['-c', 'import sys; print(sys.executable); print("%d.%d" % sys.version_info[:2])'],
    oldest: [3, 9],
  },
} as const;

export type ProgramSettings = { nodePath: string; pythonPath: string };

/** Finds the programs that run functions, each once. */
export function createProgramFinder(settings: ProgramSettings): (language: Language) => Promise<string> {
  const found = new Map<Language, Promise<string>>();
  return (language) => {
    const known = found.get(language) ?? findRuntime(language, settings);
    found.set(language, known);
    return known;
  };
}

/**
 * Absolute path of the program that runs a language's functions: the one that the settings name, else from the PATH.
 * What is found may be a launcher of a version manager (pyenv, volta, asdf), whose own start would count as the function's:
 * so the program is asked which file it is.
 * @throws ReefError `runtime-not-found`
 */
async function findRuntime(language: Language, settings: ProgramSettings): Promise<string> {
  const { names, title, setting, ask, oldest } = runtimes[language];
  const configured = language === 'node' ? settings.nodePath : settings.pythonPath;
  const found = findProgram(configured === '' ? names : [configured]);
  if (found === null && configured !== '') {
    throw new ReefError('runtime-not-found', `${title} was not found where ${setting} says: ${configured}`);
  }
  if (found === null) {
    const tried = names.map((name) => `"${name}"`).join(' or ');
    throw new ReefError(
      'runtime-not-found',
      `${title} was not found: the PATH holds no ${tried}; install it, or set ${setting}.`,
    );
  }
  const { stdout, exitCode } = await runCommand(found, ask, { timeoutMs: 20_000 }).catch((cause: unknown) => {
    throw new ReefError('runtime-not-found', `${title} cannot be run, check ${setting}: ${found}`, { cause });
  });
  const [path = '', version = ''] = stdout.split(/\r?\n/);
  const own = findProgram([path]);
  if (exitCode !== 0 || path === '' || own === null) {
    throw new ReefError('runtime-not-found', `${title} does not work, check ${setting}: ${found}`);
  }
  if (isOlder(version, oldest)) {
    const wanted = `Reef runs functions with ${title} ${oldest.join('.')} or later`;
    throw new ReefError('runtime-not-found', `${wanted}, and this is ${version}: set ${setting} to a newer one than ${own}`);
  }
  return own;
}

function isOlder(version: string, [major, minor]: readonly [number, number]): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map(Number);
  return ownMajor < major || (ownMajor === major && ownMinor < minor);
}
