import { parse } from '../options.ts';
import { applyOptions, isLive, liveAction } from '../apply-options.ts';
import { applyLive } from '../apply-live.ts';
import { applyToTemplate } from '../apply-template.ts';
import { openEngine } from '../session.ts';
import { UsageError } from '../usage.ts';

/** `reef apply`: exit code 1 when a change was shown and not agreed to. */
export async function applyCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, applyOptions, 1);
  const [name] = positionals;
  if (name === undefined) throw new UsageError('Name the function: "reef functions" lists them.');
  const { target } = values;
  if (!isLive(values)) {
    await using engine = openEngine(values);
    if (target === undefined) return await applyToTemplate(engine, name, values, signal);
    const { functions } = await engine.functions.scan(signal);
    const own = functions.find((fn) => fn.template !== null && (fn.id === name || fn.name === name));
    const advice =
      'Add --live to change the deployed function itself, or --alias NAME for a version that gets a share of its calls';
    const source =
      own === undefined ? '' : `${own.template} states the memory of ${own.name}: "reef apply ${own.name}" writes it there. `;
    console.error(`reef: ${source}${advice}${own === undefined ? '' : ', though the next deployment may set it back'}.`);
    return 2;
  }
  if (target === undefined)
    throw new UsageError('A deployed function is changed on a target: give --target aws[:PROFILE][/REGION].');
  const action = liveAction(values);
  await using engine = openEngine(values);
  return await applyLive(engine, { function: name, target, action, runId: values.run }, values, signal);
}
