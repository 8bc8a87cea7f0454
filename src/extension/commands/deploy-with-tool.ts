import * as vscode from 'vscode';
import type { DeployTool, ToolCommand } from '../../protocol/deploying.ts';
import { ReefError } from '../../protocol/errors.ts';

/** Runs the tool that a template belongs to in the terminal, once that is agreed to: it asks itself what it wants to know. */
export async function deployWithTool(functionName: string, { name, template, commands, missing }: DeployTool): Promise<void> {
  if (missing !== null) {
    const sentence = vscode.l10n.t('{0} is deployed by the {1}, which is not there. {2}', functionName, name, missing);
    throw new ReefError('package-failed', sentence);
  }
  const run = vscode.l10n.t('Run It');
  const detail = commands.map(({ program, args, folder }) => `${[program, ...args].join(' ')}\n(${folder})`).join('\n\n');
  const title = vscode.l10n.t('{0} is a function of {1}. Deploy it with the {2}?', functionName, template, name);
  if ((await vscode.window.showInformationMessage(title, { modal: true, detail }, run)) !== run) return;
  for (const command of commands) {
    const exitCode = await runTask(name, command);
    if (exitCode === 0) continue;
    const shown = [command.program, ...command.args].join(' ');
    throw new ReefError(
      'package-failed',
      vscode.l10n.t('The {0} did not deploy {1}, its terminal says why: {2}', name, functionName, shown),
    );
  }
  void vscode.window.showInformationMessage(vscode.l10n.t('The {0} has deployed {1}.', name, template));
}

/** Runs a program in a terminal of its own and waits for its end; undefined when it was closed before. */
async function runTask(name: string, { program, args, folder, environment }: ToolCommand): Promise<number | undefined> {
  const execution = new vscode.ProcessExecution(program, args, { cwd: folder, env: environment });
  const task = new vscode.Task({ type: 'process' }, vscode.TaskScope.Workspace, name, 'Reef', execution);
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, focus: true, clear: false };
  const ended = new Promise<number | undefined>((resolve) => {
    const listening = vscode.tasks.onDidEndTaskProcess(({ execution: done, exitCode }) => {
      if (done.task.name !== name || done.task.source !== 'Reef') return;
      listening.dispose();
      resolve(exitCode);
    });
  });
  await vscode.tasks.executeTask(task);
  return ended;
}
