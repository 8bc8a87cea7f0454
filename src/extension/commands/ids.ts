import type { lensCommands } from '../../protocol/requests.ts';

/** Only the type: the module itself holds the schemas, which are not loaded while the window opens. */
type LensCommands = typeof lensCommands;

/** Every command that Reef contributes; a unit test holds the manifest against this list. */
export const commandIds = {
  run: 'reef.function.run' satisfies LensCommands['run'],
  profile: 'reef.function.profile' satisfies LensCommands['profile'],
  runQualified: 'reef.function.runQualified',
  followLogs: 'reef.logs.follow',
  stopLogs: 'reef.logs.stop',
  importLogs: 'reef.logs.import',
  showLog: 'reef.logs.show',
  trace: 'reef.function.trace' satisfies LensCommands['trace'],
  profileWithOptions: 'reef.function.profileWithOptions',
  profileAll: 'reef.functions.profileAll',
  openHandler: 'reef.function.openHandler',
  openTemplate: 'reef.function.openTemplate',
  copyName: 'reef.function.copyName',
  applyRecommendation: 'reef.function.applyRecommendation',
  changeDeployed: 'reef.function.changeDeployed',
  deploy: 'reef.function.deploy' satisfies LensCommands['deploy'],
  versions: 'reef.function.versions',
  destroy: 'reef.function.destroy',
  acceptChange: 'reef.change.accept',
  discardChange: 'reef.change.discard',
  showReport: 'reef.report.show' satisfies LensCommands['showReport'],
  showTrace: 'reef.trace.show',
  exportReport: 'reef.report.export',
  cancelRun: 'reef.run.cancel',
  refreshFunctions: 'reef.functions.refresh',
  refreshDeployed: 'reef.deployed.refresh',
  filterDeployed: 'reef.deployed.filter',
  clearDeployedFilter: 'reef.deployed.clearFilter',
  groupDeployed: 'reef.deployed.group',
  openSource: 'reef.deployed.openSource',
  openConsole: 'reef.deployed.openConsole',
  copyArn: 'reef.deployed.copyArn',
  copyDeployedName: 'reef.deployed.copyName',
  readFigures: 'reef.deployed.readFigures',
  addPlace: 'reef.place.add',
  removePlace: 'reef.place.remove',
  signIn: 'reef.place.signIn',
  refreshRuns: 'reef.runs.refresh',
  selectTarget: 'reef.target.select',
  showOutput: 'reef.output.show',
  openWalkthrough: 'reef.walkthrough.open',
} as const;
export type CommandId = (typeof commandIds)[keyof typeof commandIds];

export const viewIds = {
  functions: 'reef.functions',
  deployed: 'reef.deployed',
  savings: 'reef.savings',
  runs: 'reef.runs',
} as const;

/** View type of the sizing page, also in the activation events. */
export const sizingPanelType = 'reef.sizing';

/** View type of the page of memory over time. */
export const memoryPanelType = 'reef.memory';

/** Context keys that `when` clauses of the manifest read. */
export const contextKeys = {
  /** A `FunctionsState`. */
  functionsState: 'reef.functionsState',
  /** A `RunsState`. */
  runsState: 'reef.runsState',
  hasFunctions: 'reef.hasFunctions',
  hasWorkUnderWay: 'reef.hasWorkUnderWay',
  hasDeployedFilter: 'reef.hasDeployedFilter',
  /** The log of a deployed function is being followed. */
  hasFollowedLogs: 'reef.hasFollowedLogs',
} as const;

export type FunctionsState = 'scanning' | 'ready' | 'failed';
export type RunsState = 'loading' | 'ready' | 'failed' | 'storeFailed';

/** Scheme of the documents that show what a call logged. */
export const logScheme = 'reef-log';

export const walkthroughId = 'reef.reef#reef.start';

/** Parts of a tree node's `contextValue`, separated by spaces; menus of the manifest match them as words. */
export const nodeTraits = {
  function: 'function',
  runnable: 'runnable',
  handler: 'hasHandler',
  template: 'hasTemplate',
  report: 'hasReport',
  trace: 'hasTrace',
  applicable: 'applicable',
  /** Reef itself deploys it, and no tool of a template. */
  deployable: 'deployable',
  event: 'event',
  work: 'work',
  run: 'run',
  /** Of the view *Deployed*: extension/deployed/payload.ts tells what each of its nodes is. */
  place: 'place',
  group: 'group',
  linked: 'linked',
  alias: 'alias',
  version: 'version',
  source: 'source',
  figures: 'figures',
  read: 'read',
  problem: 'problem',
} as const;
