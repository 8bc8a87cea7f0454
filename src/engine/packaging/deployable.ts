import type { FunctionInfo, FunctionSource } from '../../protocol/functions.ts';

/** How the tools that templates belong to deploy them. */
const commands: Partial<Record<FunctionSource, string>> = {
  sam: '"sam deploy"',
  cloudformation: '"aws cloudformation deploy"',
  serverless: '"serverless deploy"',
  cdk: '"cdk deploy"',
  terraform: '"terraform apply"',
};

/**
 * Why Reef does not pack and deploy a function itself, in one sentence; null when it does: functions of a `reef.yaml`, and
 * handlers that no template names. Those of a template belong to the tool that reads the template.
 */
export function whyNotDeployable({ name, source, template, language, packageType, runtime }: FunctionInfo): string | null {
  if (source === 'recorded' || source === 'deployed') return `${name} has no code in the workspace, so there is nothing to pack.`;
  if (source !== 'reef' && source !== 'code') {
    const command = commands[source] ?? 'the tool that reads that file';
    return `${name} is a function of ${template ?? 'a template'}: deploy it with ${command}, or give it an entry in a reef.yaml.`;
  }
  if (packageType === 'zip' && language === null) {
    return `${name} has the runtime ${runtime ?? 'of neither Node.js nor Python'}: Reef packs Node.js and Python; for others name a Dockerfile.`;
  }
  return null;
}
