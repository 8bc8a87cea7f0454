import { existsSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { ReefError } from '../../protocol/errors.ts';
import type { FunctionInfo, Language } from '../../protocol/functions.ts';

export type Handler = {
  language: Language;
  /** As Lambda spells it, e.g. `src/app.handler`. */
  handler: string;
  /** Absolute. */
  handlerFile: string;
  /** Absolute path of the folder from which the handler is resolved. */
  codeRoot: string;
};

/**
 * What a shim needs in order to call a function of the workspace, or the first reason why it cannot be called.
 * @throws ReefError `unsupported-runtime`, `handler-missing`
 */
export function handlerOf(fn: FunctionInfo, folder: string, targetName: string): Handler {
  if (fn.language === null) {
    const what = fn.runtime === null ? 'states no runtime' : `has the runtime "${fn.runtime}"`;
    throw new ReefError('unsupported-runtime', `${fn.name} ${what}: the target "${targetName}" runs Node and Python functions.`);
  }
  const wanted = fn.handler ?? fn.handlerFile ?? 'a handler';
  if (fn.handlerFile === null || !existsSync(join(folder, fn.handlerFile))) {
    throw new ReefError(
      'handler-missing',
      `${fn.name} has no handler file for "${wanted}": check Handler and CodeUri in its template.`,
    );
  }
  if (fn.symbol === null) {
    throw new ReefError('handler-missing', `${fn.name} names no function in "${wanted}": a handler is written as file.function.`);
  }
  const stem = basename(fn.handlerFile, extname(fn.handlerFile));
  return {
    language: fn.language,
    handler: fn.handler ?? `${stem}.${fn.symbol}`,
    handlerFile: join(folder, fn.handlerFile),
    codeRoot: resolve(folder, fn.codeRoot ?? '.'),
  };
}
