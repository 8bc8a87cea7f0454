import { parsePlace } from '../targets/aws/place.ts';
import type { Check } from './check.ts';
import { checkMachine, type Machine } from './machine.ts';

/** What is there and what is missing on this machine, and for a target `aws…` in that account. Makes and changes nothing. */
export async function doctor(
  machine: Machine & { target: string | undefined; awsEndpoint: string | null },
  signal: AbortSignal,
): Promise<Check[]> {
  const checks = await checkMachine(machine);
  const { target, awsEndpoint: endpoint } = machine;
  if (target === undefined || !/^aws(:|$)/.test(target)) return checks;
  const { checkAccount } = await import('../targets/aws/check-account.ts');
  return [...checks, ...(await checkAccount({ place: parsePlace(target.slice('aws:'.length)), endpoint }, signal))];
}
