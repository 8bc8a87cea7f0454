import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import { applyRecommendation, changeDeployed } from './apply-recommendation.ts';
import { cancelRun, stopLogs } from './cancel-run.ts';
import { deployFunction } from './deploy-function.ts';
import { destroyFunction } from './destroy-function.ts';
import { copyArn, copyDeployedName, openConsole, openSource, readFigures, refreshDeployed } from './deployed-functions.ts';
import { filterDeployed, groupDeployed } from './deployed-view.ts';
import { followLogs } from './follow-logs.ts';
import { commandIds, walkthroughId, type CommandId } from './ids.ts';
import { importLogs } from './import-logs.ts';
import { copyName, openHandler, openTemplate } from './open-places.ts';
import { selectTarget } from './pick-target.ts';
import { addPlace, removePlace, signIn } from './places.ts';
import { profileAll } from './profile-all.ts';
import { profileFunction, profileWithOptions } from './profile-function.ts';
import { exportReport, showReport } from './reports.ts';
import { runFunction } from './run-function.ts';
import { runQualified } from './run-qualified.ts';
import { showLog } from './show-log.ts';
import { showVersions } from './published-versions.ts';
import { showTrace, traceFunction } from './trace-function.ts';

type Handler = (services: Services, args: readonly unknown[]) => unknown;

/** What each command does. */
export const handlers: Record<CommandId, Handler> = {
  [commandIds.run]: runFunction,
  [commandIds.profile]: profileFunction,
  [commandIds.runQualified]: runQualified,
  [commandIds.followLogs]: followLogs,
  [commandIds.stopLogs]: stopLogs,
  [commandIds.importLogs]: importLogs,
  [commandIds.showLog]: showLog,
  [commandIds.trace]: traceFunction,
  [commandIds.profileWithOptions]: profileWithOptions,
  [commandIds.profileAll]: profileAll,
  [commandIds.openHandler]: openHandler,
  [commandIds.openTemplate]: openTemplate,
  [commandIds.copyName]: copyName,
  [commandIds.applyRecommendation]: applyRecommendation,
  [commandIds.changeDeployed]: changeDeployed,
  [commandIds.acceptChange]: ({ preview }) => preview.answer(true),
  [commandIds.discardChange]: ({ preview }) => preview.answer(false),
  [commandIds.deploy]: deployFunction,
  [commandIds.versions]: showVersions,
  [commandIds.destroy]: destroyFunction,
  [commandIds.showReport]: showReport,
  [commandIds.showTrace]: showTrace,
  [commandIds.exportReport]: exportReport,
  [commandIds.cancelRun]: cancelRun,
  [commandIds.refreshFunctions]: ({ workspace }) => workspace.refresh('functions'),
  [commandIds.refreshDeployed]: refreshDeployed,
  [commandIds.filterDeployed]: filterDeployed,
  [commandIds.clearDeployedFilter]: ({ deployed }) => deployed.setFilter(''),
  [commandIds.groupDeployed]: groupDeployed,
  [commandIds.openSource]: openSource,
  [commandIds.openConsole]: openConsole,
  [commandIds.copyArn]: copyArn,
  [commandIds.copyDeployedName]: copyDeployedName,
  [commandIds.readFigures]: readFigures,
  [commandIds.addPlace]: addPlace,
  [commandIds.removePlace]: removePlace,
  [commandIds.signIn]: signIn,
  [commandIds.refreshRuns]: ({ workspace }) => workspace.refresh('runs'),
  [commandIds.selectTarget]: selectTarget,
  [commandIds.showOutput]: ({ log }) => log.show(),
  [commandIds.openWalkthrough]: () => vscode.commands.executeCommand('workbench.action.openWalkthrough', walkthroughId, false),
};
