import { relative } from 'node:path';
import { runAttached } from '../engine/system/process.ts';
import type { DeployTool, ToolCommand } from '../protocol/deploying.ts';
import { ReefError } from '../protocol/errors.ts';
import { askOnTerminal } from './confirm.ts';

type Values = { plan?: boolean | undefined; yes?: boolean | undefined; json?: boolean | undefined };

/** Runs the tool that a template belongs to on this terminal, once that is agreed to: it asks itself what it wants to know. */
export async function deployWithTool(
  name: string,
  { name: tool, template, commands, missing }: DeployTool,
  values: Values,
  signal: AbortSignal,
): Promise<number> {
  const shown = commands.map((command) => `  ${shownCommand(command)}`).join('\n');
  const told = `${name} is a function of ${template}, which the ${tool} deploys:\n${shown}`;
  if (values.json === true) {
    const document = { schema: 'reef/deploy-tool@1', function: name, tool, template, commands, missing };
    console.log(JSON.stringify(document, null, 2));
    if (values.plan === true || values.yes !== true) return 0;
  }
  if (missing !== null)
    throw new ReefError('package-failed', `${name} is deployed by the ${tool}, which is not there. ${missing}`);
  if (values.plan === true) {
    console.log(told);
    return 0;
  }
  const unasked = `${told}\nGive --yes to run that.`;
  if (values.yes === true) console.error(told);
  else if (!(await askOnTerminal({ plan: told, ask: 'Run it?', unasked }, signal))) return 1;
  for (const { program, args, folder, environment } of commands) {
    const exitCode = await runAttached(program, args, { cwd: folder, env: environment });
    if (exitCode !== 0) return exitCode ?? 1;
  }
  return 0;
}

/** As one would type it. */
function shownCommand({ program, args, folder, environment }: ToolCommand): string {
  const variables = Object.entries(environment).map(([variable, value]) => `${variable}=${value}`);
  const place = relative('.', folder);
  return [...variables, program, ...args, ...(place === '' ? [] : [`(in ${place})`])].join(' ');
}
