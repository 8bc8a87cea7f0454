import type { LiveAlias, LiveState } from '../../../../protocol/applying.ts';
import type { FunctionInfo } from '../../../../protocol/functions.ts';
import type { LiveSettings, LiveStep, SizedAction } from '../../live-settings.ts';
import type { Deployed } from '../deployed.ts';
import type { Alias } from '../lambda.ts';
import { replacedBy } from './alias-state.ts';
import { AppliedChanges } from './applied.ts';
import type { Parts } from './parts.ts';
import { planRollBack } from './roll-back.ts';
import { planSet, planUndo } from './set-latest.ts';
import { planFinish, planShift } from './shift.ts';

/** `find` gives the deployed function of one that the engine knows. */
export function createLiveSettings(
  parts: Parts,
  find: (fn: FunctionInfo, signal: AbortSignal) => Promise<Deployed>,
): LiveSettings {
  const { lambda, journals } = parts;

  async function state(fn: FunctionInfo, signal: AbortSignal): Promise<LiveState> {
    const { arn } = await find(fn, signal);
    const [latest, aliases, versions] = await Promise.all([
      lambda.configuration(arn, signal),
      lambda.aliases(arn, signal),
      lambda.versions(arn, signal),
    ]);
    const { inForce } = await new AppliedChanges(journals).last(arn, latest);
    const byVersion = new Map(versions.map((each) => [each.version, each]));
    return {
      memoryMb: latest.memoryMb,
      architecture: latest.architecture,
      aliases: aliases.filter(({ name }) => !name.startsWith('reef-')).map((alias) => aliasOf(alias, byVersion)),
      undoMb: inForce?.before.memoryMb ?? null,
    };
  }

  async function plan(fn: FunctionInfo, action: SizedAction, signal: AbortSignal): Promise<LiveStep> {
    const { arn } = await find(fn, signal);
    switch (action.kind) {
      case 'set': {
        const { memoryMb, architecture } = action;
        const wanted = { ...(memoryMb !== undefined && { memoryMb }), ...(architecture !== undefined && { architecture }) };
        return planSet(parts, arn, wanted, signal);
      }
      case 'undo':
        return planUndo(parts, arn, signal);
      case 'shift':
        return planShift(parts, arn, action, signal);
      case 'finish':
        return planFinish(parts, arn, action.alias, signal);
      case 'rollBack':
      default:
        return planRollBack(parts, arn, action.alias, signal);
    }
  }

  return { state, plan };
}

function aliasOf({ name, version, weights }: Alias, versions: ReadonlyMap<string, Deployed>): LiveAlias {
  const [other] = Object.entries(weights);
  const memoryOf = (each: string): number | null => versions.get(each)?.memoryMb ?? null;
  const shift = other === undefined ? null : { version: other[0], memoryMb: memoryOf(other[0]), weight: other[1] };
  const main = versions.get(version);
  const replaced = main === undefined || shift !== null ? null : replacedBy(main);
  return { name, version, memoryMb: memoryOf(version), shift, replaced };
}
