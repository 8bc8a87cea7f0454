import type { Check } from '../../engine/doctor/check.ts';
import { commonOptions, parse } from '../options.ts';
import { openEngine } from '../session.ts';

const marks = { ok: '✓', warning: '!', missing: '✗' } as const;

/** `reef doctor`: exit code 1 when something is missing. */
export async function doctorCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values } = parse(args, { ...commonOptions, target: { type: 'string' } }, 0);
  await using engine = openEngine(values);
  const checks = await engine.doctor(values.target, signal);
  if (values.json === true) console.log(JSON.stringify({ schema: 'reef/doctor@1', checks: checks.map(asDocument) }, null, 2));
  else {
    for (const { name, state, message, neededFor } of checks) {
      console.log(`${marks[state]} ${name}: ${message}${state === 'ok' ? '' : ` (needed for ${neededFor})`}`);
    }
  }
  return checks.some(({ state }) => state === 'missing') ? 1 : 0;
}

function asDocument({ neededFor, ...rest }: Check) {
  return { ...rest, needed_for: neededFor };
}
