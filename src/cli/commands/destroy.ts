import { parse } from '../options.ts';
import { asking, cloudOptions, printOutcome } from '../cloud-change.ts';
import { openEngine } from '../session.ts';
import { UsageError } from '../usage.ts';

const options = { ...cloudOptions, logs: { type: 'boolean' } } as const;

/** `reef destroy`: exit code 1 when the plan was not agreed to. */
export async function destroyCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, options, 1);
  const [name] = positionals;
  if (name === undefined) throw new UsageError('Name the function that shall be deleted.');
  const { target, logs } = values;
  await using engine = openEngine(values);
  return printOutcome(await engine.destroy({ function: name, target, logs }, asking(values, signal), signal), values);
}
