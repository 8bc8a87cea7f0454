import { type LiveAction, Weight } from '../protocol/applying.ts';
import { Architecture } from '../protocol/functions.ts';
import { commonOptions, type parse, share, wholeNumber } from './options.ts';
import { UsageError } from './usage.ts';

export const applyOptions = {
  ...commonOptions,
  target: { type: 'string' },
  memory: { type: 'string' },
  run: { type: 'string' },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean' },
  live: { type: 'boolean' },
  architecture: { type: 'string' },
  undo: { type: 'boolean' },
  alias: { type: 'string' },
  weight: { type: 'string' },
  finish: { type: 'boolean' },
  'roll-back': { type: 'boolean' },
} as const;

export type ApplyValues = ReturnType<typeof parse<typeof applyOptions>>['values'];

/** Whether a deployed function is meant; options of one alone are a mistake. */
export function isLive(values: ApplyValues): boolean {
  const { live, undo, alias } = values;
  if (alias === undefined) refuse(values, ['weight', 'finish', 'roll-back'], 'goes with --alias NAME');
  else refuse(values, ['live', 'undo', 'architecture'], 'does not go with --alias');
  const isLatest = live === true || undo === true;
  if (!isLatest && alias === undefined) refuse(values, ['architecture'], 'goes with --live');
  return isLatest || alias !== undefined;
}

/** Share of an alias's calls that a new version gets when nothing else is said. */
const defaultWeight = 0.1;

export function liveAction(values: ApplyValues): LiveAction {
  const { alias, undo, finish } = values;
  const memoryMb = wholeNumber(values.memory, 'memory', 1);
  if (alias !== undefined) {
    const isBack = values['roll-back'] === true;
    if (finish === true && isBack) throw new UsageError('Give either --finish or --roll-back.');
    if (finish === true || isBack) {
      refuse(values, ['memory', 'run', 'weight'], 'is of a shift that begins: --finish ends one, --roll-back takes it back');
      return { kind: isBack ? 'rollBack' : 'finish', alias };
    }
    const weight = share(values.weight, 'weight') ?? defaultWeight;
    if (!Weight.safeParse(weight).success) throw new UsageError('--weight takes a share above 0% and up to 100%, such as 10%.');
    return { kind: 'shift', alias, memoryMb, weight };
  }
  if (undo === true) {
    refuse(values, ['memory', 'run', 'architecture'], 'does not go with --undo, which knows what was before');
    return { kind: 'undo' };
  }
  return { kind: 'set', memoryMb, architecture: architectureOf(values.architecture) };
}

function architectureOf(text: string | undefined): Architecture | undefined {
  if (text === undefined) return undefined;
  const architecture = Architecture.safeParse(text);
  if (architecture.success) return architecture.data;
  throw new UsageError(`--architecture is ${Architecture.options.join(' or ')}, not: ${text}`);
}

/** @param why e.g. `goes with --live` */
function refuse(values: ApplyValues, names: (keyof ApplyValues)[], why: string): void {
  const stray = names.find((name) => values[name] !== undefined);
  if (stray !== undefined) throw new UsageError(`--${stray} ${why}.`);
}
