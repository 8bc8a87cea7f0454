import { isAbsolute, join, relative, sep } from 'node:path';
import { URI } from 'vscode-uri';

/** Absolute path of a folder or file on this machine; null for other schemes (a folder on the web, an unsaved file). */
export function pathOf(uri: string): string | null {
  const parsed = URI.parse(uri);
  return parsed.scheme === 'file' ? parsed.fsPath : null;
}

/** The path of a document relative to a folder, with `/` as in the engine; null when it is not in the folder. */
export function relativeFile(folder: string, uri: string): string | null {
  const path = pathOf(uri);
  if (path === null) return null;
  const inside = relative(folder, path);
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return null;
  return inside.split(sep).join('/');
}

/** URI of a file that the engine names relative to a folder. */
export function fileUri(folder: string, file: string): string {
  return URI.file(join(folder, file)).toString();
}

/** The same text for two spellings of one URI (`c%3A`, `C:`). */
export function sameUri(one: string, other: string): boolean {
  return one === other || URI.parse(one).toString() === URI.parse(other).toString();
}
