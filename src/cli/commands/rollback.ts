import { parse } from '../options.ts';
import { asking, cloudOptions, printOutcome } from '../cloud-change.ts';
import { openEngine } from '../session.ts';
import { UsageError } from '../usage.ts';

const options = { ...cloudOptions, to: { type: 'string' }, alias: { type: 'string' } } as const;

/** `reef rollback`: exit code 1 when the plan was not agreed to. */
export async function rollbackCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, options, 1);
  const [name] = positionals;
  if (name === undefined) throw new UsageError('Name the function: "reef versions <function>" lists its versions.');
  const { target, to, alias } = values;
  if (to !== undefined && !/^[1-9]\d*$/.test(to)) throw new UsageError(`--to takes the number of a version, not: ${to}`);
  await using engine = openEngine(values);
  return printOutcome(await engine.rollBack({ function: name, target, to, alias }, asking(values, signal), signal), values);
}
