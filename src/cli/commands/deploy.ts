import { parse } from '../options.ts';
import { asking, cloudOptions, printOutcome } from '../cloud-change.ts';
import { deployWithTool } from '../deploy-with-tool.ts';
import { openEngine } from '../session.ts';
import { UsageError } from '../usage.ts';

const options = {
  ...cloudOptions,
  role: { type: 'string' },
  roles: { type: 'boolean' },
  'create-role': { type: 'boolean' },
  adopt: { type: 'boolean' },
} as const;

/** `reef deploy`: exit code 1 when the plan was not agreed to. */
export async function deployCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, options, 1);
  const [name] = positionals;
  if (values.roles === true) return await printRoles(values, name, signal);
  if (name === undefined) throw new UsageError('Name the function: "reef functions" lists them.');
  if (values.role !== undefined && values['create-role'] === true) throw new UsageError('Give either --role or --create-role.');
  const { target, role, adopt } = values;
  await using engine = openEngine(values);
  const tool = await engine.deployTool({ function: name, target }, signal);
  if (tool !== null) return await deployWithTool(name, tool, values, signal);
  return printOutcome(await engine.deploy({ function: name, target, role, adopt }, asking(values, signal), signal), values);
}

/** Roles that a function can be given. */
async function printRoles(
  values: { target?: string | undefined; json?: boolean | undefined; workspace?: string | undefined },
  stray: string | undefined,
  signal: AbortSignal,
): Promise<number> {
  if (stray !== undefined) throw new UsageError(`--roles lists those of the account: leave out ${stray}.`);
  if (values.target === undefined) throw new UsageError('Name the account: --target aws[:PROFILE][/REGION].');
  await using engine = openEngine(values);
  const roles = await engine.executionRoles(values.target, signal);
  if (values.json === true) console.log(JSON.stringify({ schema: 'reef/roles@1', roles }, null, 2));
  else if (roles.length === 0) console.log('There is no role that Lambda may assume: "reef deploy" offers to make one.');
  else for (const { name, description } of roles) console.log(description === '' ? name : `${name}  ${description}`);
  return 0;
}
