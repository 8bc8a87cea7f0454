import { open, stat } from 'node:fs/promises';

const anyoneExecutes = 0o111;

/** Whether a file is a program. Windows keeps no such mode: there its first bytes tell (a script with `#!`, a program of Linux). */
export async function isExecutable(file: string): Promise<boolean> {
  if (process.platform !== 'win32') return ((await stat(file)).mode & anyoneExecutes) !== 0;
  await using opened = await open(file, 'r');
  const { buffer } = await opened.read(Buffer.alloc(4), 0, 4, 0);
  return buffer.toString('latin1', 0, 2) === '#!' || buffer.toString('latin1') === '\u007FELF';
}
