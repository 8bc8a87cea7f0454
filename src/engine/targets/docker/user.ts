import { statSync } from 'node:fs';

/** As on Lambda: a user who owns nothing. */
const anyone = '1000:1000';

/**
 * User and group of a function in its container, `uid:gid`: whoever can read the mounted folder and is not root. Root (of
 * no capabilities) only where the folder is root's and closed to everyone else. `folder` is null when nothing is mounted.
 */
export function containerUser(folder: string | null): string {
  if (folder === null || process.platform === 'win32') return anyone;
  const { uid, gid, mode } = statSync(folder);
  if (uid !== 0) return `${uid}:${gid}`;
  const isOpen = (mode & 0o005) === 0o005;
  return isOpen ? anyone : '0:0';
}
