import { createInterface } from 'node:readline/promises';
import { formatUsd } from '../engine/format/format.ts';
import { ReefError } from '../protocol/errors.ts';
import type { SizingSettings } from '../protocol/sizing.ts';
import { UsageError } from './usage.ts';

/**
 * Asks before deployed functions are called for real, with the limits of what that may cost; without a terminal,
 * `--yes` is the answer.
 * @throws UsageError without either, ReefError `cancelled` when the answer is no
 */
export async function consent(
  { function: name, target }: { function: string; target: string },
  { maxInvocations, maxCostUsd }: SizingSettings,
  yes: boolean,
): Promise<void> {
  if (!/^aws(:|$)/.test(target) || yes) return;
  const what = `${name} will be called on ${target} up to ${maxInvocations} times, for at most ${formatUsd(maxCostUsd)}, with all that its code does. Each size is a published version; while one is made, for a few seconds, $LATEST has that size.`;
  if (!process.stdin.isTTY) throw new UsageError(`${what} Give --yes to allow that.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${what}\nGo on? [y/N] `).finally(() => terminal.close());
  if (!/^y(es)?$/i.test(answer.trim())) throw new ReefError('cancelled', 'Nothing was called.');
}
