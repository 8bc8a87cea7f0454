import type { Objective } from '../protocol/sizing.ts';

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
  callsPerMonth: 'reef.callsPerMonth',
  dockerImages: 'reef.docker.images',
  awsEndpoint: 'reef.aws.endpoint',
  awsPlaces: 'reef.aws.places',
  groupDeployedBy: 'reef.deployed.groupBy',
} as const;

export type SettingValues = {
  [settingIds.target]: string;
  [settingIds.storePath]: string;
  [settingIds.objective]: Objective['goal'];
  /** Percent. */
  [settingIds.tolerance]: number;
  /** Milliseconds. */
  [settingIds.maxDuration]: number | null;
  [settingIds.maxInvocations]: number;
  [settingIds.nodePath]: string;
  [settingIds.pythonPath]: string;
  [settingIds.codeLens]: boolean;
  /** By function name; `*` is every function. */
  [settingIds.callsPerMonth]: Record<string, number>;
  /** By function name, runtime, language or `*`. */
  [settingIds.dockerImages]: Record<string, string>;
  [settingIds.awsEndpoint]: string;
  /** Targets such as `aws:dev/eu-west-1`. */
  [settingIds.awsPlaces]: string[];
  /** `stack`, `none` or `tag:KEY`. */
  [settingIds.groupDeployedBy]: string;
};

/** What holds when nothing is set; the unit test holds the manifest against it. */
export const settingDefaults: SettingValues = {
  [settingIds.target]: 'process',
  [settingIds.storePath]: '.reef/samples.db',
  [settingIds.objective]: 'balanced',
  [settingIds.tolerance]: 10,
  [settingIds.maxDuration]: null,
  [settingIds.maxInvocations]: 40,
  [settingIds.nodePath]: '',
  [settingIds.pythonPath]: '',
  [settingIds.codeLens]: true,
  [settingIds.callsPerMonth]: {},
  [settingIds.dockerImages]: {},
  [settingIds.awsEndpoint]: '',
  [settingIds.awsPlaces]: ['aws'],
  [settingIds.groupDeployedBy]: 'stack',
};
