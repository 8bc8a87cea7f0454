import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DeployTool, ToolCommand } from '../../protocol/deploying.ts';
import type { FunctionInfo, FunctionSource } from '../../protocol/functions.ts';
import { findProgram } from '../system/find-program.ts';
import type { AwsPlace } from '../targets/aws/place.ts';

type Place = {
  /** Absolute path of the workspace folder. */
  workspace: string;
  /** Absolute path of the file that describes the function. */
  file: string;
  aws: AwsPlace;
};

/** A tool that deploys what one kind of template describes. Reef runs it as its user would, and imitates nothing of it. */
type Tool = {
  name: string;
  /** By which names it is looked for: in the project's own packages first, then in the PATH. */
  programs: readonly string[];
  install: string;
  commands(program: string, place: Place): ToolCommand[];
};

const sam: Tool = {
  name: 'AWS SAM CLI',
  programs: ['sam'],
  install: 'Install the AWS SAM CLI, see docs.aws.amazon.com, "Installing the AWS SAM CLI".',
  commands(program, { file, aws }) {
    const folder = dirname(file);
    const isConfigured = ['samconfig.toml', 'samconfig.yaml', 'samconfig.yml'].some((name) => existsSync(join(folder, name)));
    const place = [...option('--profile', aws.profile), ...option('--region', aws.region)];
    return [
      command(program, ['build', '--template-file', basename(file)], folder),
      command(program, ['deploy', ...(isConfigured ? [] : ['--guided']), ...place], folder),
    ];
  },
};

const tools: Partial<Record<FunctionSource, Tool>> = {
  sam,
  cloudformation: sam,
  serverless: {
    name: 'Serverless Framework',
    programs: ['serverless', 'sls'],
    install: 'Install the Serverless Framework: npm install --save-dev serverless.',
    commands(program, { file, aws }) {
      const config = /^serverless\.(?:ya?ml|json|js|ts)$/.test(basename(file)) ? [] : ['--config', basename(file)];
      const place = [...option('--aws-profile', aws.profile), ...option('--region', aws.region)];
      return [command(program, ['deploy', ...config, ...place], dirname(file))];
    },
  },
  cdk: {
    name: 'AWS CDK',
    programs: ['cdk'],
    install: 'Install the AWS CDK: npm install --save-dev aws-cdk.',
    commands(program, { workspace, file, aws }) {
      const folder = nearestWith('cdk.json', dirname(file), workspace) ?? dirname(file);
      // The CDK has no option for a region.
      return [command(program, ['deploy', ...option('--profile', aws.profile)], folder, regionOf(aws))];
    },
  },
  terraform: {
    name: 'Terraform',
    programs: ['terraform', 'tofu'],
    install: 'Install Terraform, see developer.hashicorp.com/terraform/install.',
    commands(program, { file, aws }) {
      const folder = dirname(file);
      const environment = { ...(aws.profile !== null && { AWS_PROFILE: aws.profile }), ...regionOf(aws) };
      const init = existsSync(join(folder, '.terraform')) ? [] : [command(program, ['init'], folder, environment)];
      return [...init, command(program, ['apply'], folder, environment)];
    },
  },
};

/** The tool that a function's template belongs to, and what it would run; null for functions that Reef deploys itself. */
export function deployToolOf(
  { source, template }: Pick<FunctionInfo, 'source' | 'template'>,
  workspace: string,
  aws: AwsPlace,
  env: NodeJS.ProcessEnv = process.env,
): DeployTool | null {
  const tool = tools[source];
  if (tool === undefined || template === null) return null;
  const place: Place = { workspace, file: join(workspace, template), aws };
  const found = localProgram(tool.programs, place) ?? findProgram(tool.programs, env);
  const commands = tool.commands(found ?? tool.programs[0] ?? '', place);
  return { name: tool.name, template, commands, missing: found === null ? tool.install : null };
}

/** A program of the packages of a project, from the template's folder up to the workspace's. */
function localProgram(programs: readonly string[], { workspace, file }: Place): string | null {
  for (const program of programs) {
    const bin = join('node_modules', '.bin', process.platform === 'win32' ? `${program}.cmd` : program);
    const folder = nearestWith(bin, dirname(file), workspace);
    if (folder !== null) return join(folder, bin);
  }
  return null;
}

function nearestWith(name: string, from: string, top: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, name))) return folder;
    if (folder === top || dirname(folder) === folder) return null;
  }
}

function command(program: string, args: string[], folder: string, environment: Record<string, string> = {}): ToolCommand {
  return { program, args, folder, environment };
}

function option(name: string, value: string | null): string[] {
  return value === null ? [] : [name, value];
}

function regionOf({ region }: AwsPlace): Record<string, string> {
  return region === null ? {} : { AWS_REGION: region, AWS_DEFAULT_REGION: region };
}
