import { commonOptions, parse } from '../options.ts';
import { openEngine } from '../session.ts';

/** `reef recover`: exit code 1 while something is left that could not be undone. */
export async function recoverCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values } = parse(args, { ...commonOptions, force: { type: 'boolean' } }, 0);
  await using engine = openEngine(values);
  const recovered = await engine.recover(signal, values.force);
  if (values.json === true) console.log(JSON.stringify(recovered, null, 2));
  else if (recovered.length === 0) console.log('There is nothing to undo.');
  else for (const { message } of recovered) console.log(message);
  return recovered.every(({ state }) => state === 'undone') ? 0 : 1;
}
