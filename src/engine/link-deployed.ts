import type { FunctionInfo } from '../protocol/functions.ts';

/**
 * The function of the workspace that a deployed one was asked for by (id or unique name), with the settings that hold where it
 * is deployed, so that what is measured there shows beside its source; the deployed one itself where the workspace has none.
 */
export function linkDeployed(deployed: FunctionInfo, wanted: string, functions: readonly FunctionInfo[]): FunctionInfo {
  const byId = functions.filter(({ id }) => id === wanted);
  const [own, other] = byId.length > 0 ? byId : functions.filter(({ name }) => name === wanted);
  if (own === undefined || other !== undefined) return deployed;
  const { runtime, memoryMb, timeoutS, architecture, packageType, qualifier } = deployed;
  const linked = { ...own, runtime: runtime ?? own.runtime, memoryMb, timeoutS, architecture, packageType };
  return qualifier === undefined ? linked : { ...linked, qualifier };
}

/** The name under which a function of the workspace is deployed, when its source states it; else the name that was asked for. */
export function deployedName(wanted: string, functions: readonly FunctionInfo[]): string {
  const own = functions.filter(({ id, name }) => id === wanted || name === wanted);
  const [only, other] = own;
  return (other === undefined ? only?.deployedName : undefined) ?? wanted;
}

/** How source and deployed function differ in what the template states, in a sentence; null when they do not. */
export function differenceOf(linked: FunctionInfo, functions: readonly FunctionInfo[]): string | null {
  const own = functions.find(({ id }) => id === linked.id);
  if (own === undefined) return null;
  const differing = [
    ['memory', own.memoryMb, linked.memoryMb, ' MB'],
    ['timeout', own.timeoutS, linked.timeoutS, ' s'],
    ['architecture', own.architecture, linked.architecture, ''],
  ] as const;
  const parts = differing.flatMap(([what, here, there, unit]) =>
    here === null || there === null || here === there ? [] : [`${what} ${there}${unit}, not ${here}${unit}`],
  );
  return parts.length === 0
    ? null
    : `${linked.name} is deployed with other settings than its template states: ${parts.join('; ')}.`;
}
