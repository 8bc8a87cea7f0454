import type { DeployedRow } from '../../../src/protocol/deployed.ts';

/** A deployed function as a list has it, with what a test does not care about filled in. */
export function deployedRow(name: string, more: Partial<DeployedRow> = {}): DeployedRow {
  return {
    id: `arn:aws:lambda:eu-west-1:123456789012:function:${name}`,
    name,
    region: 'eu-west-1',
    runtime: 'nodejs22.x',
    handler: 'app.handler',
    packageType: 'zip',
    architecture: 'x86_64',
    memoryMb: 512,
    timeoutS: 3,
    codeBytes: 2_097_152,
    lastModified: '2026-11-01T10:00:00.000Z',
    logGroup: `/aws/lambda/${name}`,
    tags: {},
    link: null,
    ...more,
  };
}

export const inStack = (name: string): DeployedRow['tags'] => ({ 'aws:cloudformation:stack-name': name });
