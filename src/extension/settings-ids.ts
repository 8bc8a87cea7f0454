/** Every setting that Reef contributes; a unit test holds the manifest against this list. */
export const settingIds = {
  target: 'reef.target',
  storePath: 'reef.store.path',
  objective: 'reef.objective',
  tolerance: 'reef.tolerance',
  maxDuration: 'reef.maxDuration',
  maxInvocations: 'reef.maxInvocations',
  nodePath: 'reef.node.path',
  pythonPath: 'reef.python.path',
  codeLens: 'reef.codeLens.enabled',
} as const;

/** What holds when nothing is set; the unit test holds the manifest against it. */
export const settingDefaults = {
  [settingIds.target]: 'process',
  [settingIds.storePath]: '.reef/samples.db',
  [settingIds.objective]: 'balanced',
  [settingIds.tolerance]: 10,
  [settingIds.maxDuration]: null,
  [settingIds.maxInvocations]: 40,
  [settingIds.nodePath]: '',
  [settingIds.pythonPath]: '',
  [settingIds.codeLens]: true,
};
