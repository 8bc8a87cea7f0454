import { callsOptions, callsPerMonth, commonOptions, parse } from '../options.ts';
import { savingsDocument, savingsTable } from '../savings-table.ts';
import { openEngine } from '../session.ts';

/** The ranking from what the store holds; nothing is measured. */
export async function savingsCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values } = parse(args, { ...commonOptions, ...callsOptions }, 0);
  await using engine = openEngine(values);
  const { functions } = await engine.functions.scan(signal);
  const calls = callsPerMonth(values['calls-per-month'], functions);
  await engine.drift({}, signal);
  const savings = engine.savings(calls);
  console.log(values.json === true ? JSON.stringify(savingsDocument(savings), null, 2) : savingsTable(savings));
  return 0;
}
