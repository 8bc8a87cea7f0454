import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

/**
 * Absolute path of the first of these programs that exists, looked for in the PATH (on Windows with the endings of PATHEXT);
 * a name with a folder in it is taken as a path. Null when there is none.
 */
export function findProgram(names: readonly string[], env: NodeJS.ProcessEnv = process.env): string | null {
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const endings = process.platform === 'win32' ? ['', ...(env['PATHEXT'] ?? '.EXE;.CMD;.BAT;.COM').split(';')] : [''];
  for (const name of names) {
    const isPath = isAbsolute(name) || /[\\/]/.test(name);
    const candidates = isPath ? [resolve(name)] : folders.map((folder) => join(folder, name));
    for (const candidate of candidates) {
      const found = endings.map((ending) => candidate + ending).find(isExecutableFile);
      if (found !== undefined) return found;
    }
  }
  return null;
}

function isExecutableFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
