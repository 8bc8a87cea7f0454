import { formatMemory, formatPercent } from '../../engine/format/format.ts';
import type { LiveAction, LiveAlias, LiveState } from '../../protocol/applying.ts';
import type { Translate } from '../views/tree-node.ts';

/** What can be done with a deployed function; `ask` is what is still to be chosen. */
export type LiveChoice = {
  label: string;
  description: string;
  detail: string;
  action: LiveAction;
  ask?: 'memory' | 'weight';
};

/** Share of an alias's calls that a new version is offered first. */
const firstWeight = 0.1;

/** The choices for a function as it is deployed now; `recommendedMb` is null when there is no recommendation. */
export function liveChoices(state: LiveState, recommendedMb: number | null, t: Translate): LiveChoice[] {
  return [
    ...setChoices(state, recommendedMb, t),
    ...state.aliases.filter(({ version }) => version !== '$LATEST').flatMap((alias) => aliasChoices(alias, recommendedMb, t)),
  ];
}

function setChoices({ memoryMb, architecture, undoMb }: LiveState, recommendedMb: number | null, t: Translate): LiveChoice[] {
  const everyone = t('At once, for all who call it without a version or alias. Asks before.');
  const other = architecture === 'arm64' ? 'x86_64' : 'arm64';
  const set: LiveChoice = {
    label: `$(cloud-upload) ${t('Deployed function')}`,
    description: `${formatMemory(memoryMb)} → ${formatMemory(recommendedMb ?? memoryMb)}`,
    detail: everyone,
    action: { kind: 'set', memoryMb: recommendedMb ?? memoryMb },
  };
  const undo: LiveChoice = {
    label: `$(discard) ${t('Deployed function: set back')}`,
    description: `${formatMemory(memoryMb)} → ${formatMemory(undoMb ?? memoryMb)}`,
    detail: t('As it was before Reef changed it. Asks before.'),
    action: { kind: 'undo' },
  };
  return [
    ...(recommendedMb === null || recommendedMb === memoryMb ? [] : [set]),
    ...(undoMb === null ? [] : [undo]),
    {
      label: `$(edit) ${t('Deployed function: another size…')}`,
      description: formatMemory(memoryMb),
      detail: everyone,
      action: { kind: 'set', memoryMb },
      ask: 'memory',
    },
    {
      label: `$(chip) ${t('Deployed function: move to {0}', other)}`,
      description: architecture,
      detail: t('Its package and layers are checked for native code first. Asks before.'),
      action: { kind: 'set', architecture: other },
    },
  ];
}

function aliasChoices(alias: LiveAlias, recommendedMb: number | null, t: Translate): LiveChoice[] {
  const { name, version, memoryMb, shift, replaced } = alias;
  const label = (icon: string, text: string): string => `$(${icon}) ${t('Alias {0}', name)}: ${text}`;
  const now = versionText(version, memoryMb, t);
  const back: LiveChoice = {
    label: label('discard', t('roll back')),
    description: shift === null ? `${now} → ${t('version {0}', replaced ?? '')}` : now,
    detail: t('All calls go to the version from before the shift; the new one is deleted. Asks before.'),
    action: { kind: 'rollBack', alias: name },
  };
  if (shift !== null) {
    return [
      {
        label: label('pass', t('all calls to the new version')),
        description: shiftText(alias, t),
        detail: t('Completes the shift. Asks before.'),
        action: { kind: 'finish', alias: name },
      },
      {
        label: label('git-compare', t('another share…')),
        description: shiftText(alias, t),
        detail: t('The new version gets another share of the calls. Asks before.'),
        action: {
          kind: 'shift',
          alias: name,
          weight: shift.weight,
          ...(shift.memoryMb !== null && { memoryMb: shift.memoryMb }),
        },
        ask: 'weight',
      },
      back,
    ];
  }
  const begin: LiveChoice = {
    label: label('git-compare', t('shift to a new version…')),
    description: `${now} → ${formatMemory(recommendedMb ?? 0)}`,
    detail: t('A new version with that size gets a share of the calls, and can be rolled back. Asks before.'),
    action: { kind: 'shift', alias: name, weight: firstWeight, ...(recommendedMb !== null && { memoryMb: recommendedMb }) },
    ask: 'weight',
  };
  return [...(recommendedMb === null || recommendedMb === memoryMb ? [] : [begin]), ...(replaced === null ? [] : [back])];
}

function shiftText({ version, memoryMb, shift }: LiveAlias, t: Translate): string {
  const other = shift === null ? '' : `, ${versionText(shift.version, shift.memoryMb, t)} ${formatPercent(shift.weight)}`;
  return `${versionText(version, memoryMb, t)}${other}`;
}

function versionText(version: string, memoryMb: number | null, t: Translate): string {
  return memoryMb === null ? t('version {0}', version) : t('version {0} ({1})', version, formatMemory(memoryMb));
}
