import { ReefError } from '../../protocol/errors.ts';
import type { FunctionInfo } from '../../protocol/functions.ts';

/** True for targets that play recorded curves: these are the functions there, not those of the workspace. */
export function isReplay(target: string): boolean {
  return target.startsWith('replay:');
}

/** The name of a function that only its target knows: the end of its id, which on AWS is an ARN. */
export function nameOfId(functionId: string): string {
  return functionId.split(':').at(-1) ?? functionId;
}

/**
 * Runs `request` with the id that the function has on the target. On recorded curves that is the curve of its id or name,
 * else the only curve, else the one that `ask` returns for the engine's question.
 */
export async function onTarget<Result>(
  target: string,
  fn: Pick<FunctionInfo, 'id' | 'name'>,
  request: (functionId: string) => Promise<Result>,
  ask: (question: string) => Promise<string>,
): Promise<Result> {
  if (!isReplay(target)) return request(fn.id);
  const candidates = fn.id === '' ? [''] : [fn.id, fn.name, ''];
  for (;;) {
    const functionId = candidates.shift() ?? '';
    try {
      return await request(functionId);
    } catch (error) {
      if (!isUnresolved(error)) throw error;
      if (candidates.length === 0) candidates.push(await ask(error.message));
    }
  }
}

function isUnresolved(error: unknown): error is ReefError {
  return error instanceof ReefError && (error.code === 'no-such-function' || error.code === 'ambiguous-function');
}
