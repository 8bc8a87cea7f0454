import { posix } from 'node:path';

/** The file that a handler of Node.js names, without its ending: `src/app` of `src/app.handler`. */
export function handlerPath(handler: string): string {
  const base = posix.basename(handler);
  return posix.join(posix.dirname(handler), base.slice(0, base.indexOf('.')));
}
