import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { lineOf, never, skipped, useDeployer } from './support.ts';

const cloud = useDeployer();

async function deployedRole(name: string): Promise<string | undefined> {
  return (await cloud.client().send(new GetFunctionConfigurationCommand({ FunctionName: name }))).Role;
}

describe.skipIf(skipped !== null)('the role of a function', () => {
  it('is the one that is named, by name or ARN, and none is made', async () => {
    const arn = await cloud.roleOf('shop-role');
    const { plan } = await cloud.deploy({ name: 'Named', role: 'shop-role' });
    expect(plan.newRole).toBeNull();
    expect(lineOf(plan, 'role')).toMatchObject({ action: 'create', to: 'shop-role' });
    expect(await deployedRole('Named')).toBe(arn);
    // The same role by its ARN is the same.
    const again = await (await cloud.deployer()).deploy(await cloud.request({ name: 'Named', role: arn }), never, () => {});
    expect(again.plan.changes).toEqual([]);
    expect(await cloud.rolePolicies('reef-Named-us-east-1')).toBeNull();
  });

  it('that is not there is said, and nothing is made', async () => {
    await expect(cloud.deploy({ name: 'Nobody', role: 'nobody' })).rejects.toThrow(
      /There is no role "nobody".*reef deploy --roles/,
    );
    expect(await cloud.exists('Nobody')).toBe(false);
  });

  it('stays where nothing is said of it', async () => {
    const arn = await cloud.roleOf('kept-role');
    await cloud.deploy({ name: 'Kept', role: 'kept-role' });
    const { plan } = await cloud.deploy({ name: 'Kept', memoryMb: 256 });
    expect(plan.changes.map(({ what }) => what)).toEqual(['memory', 'version']);
    expect(await deployedRole('Kept')).toBe(arn);
  });

  it('that Reef made gets what a VPC needs', async () => {
    await cloud.deploy({ name: 'Inside' });
    const { plan } = await cloud.deploy({ name: 'Inside', vpc: { subnets: ['subnet-1'], securityGroups: ['sg-1'] } });
    expect(lineOf(plan, 'role')).toMatchObject({
      action: 'update',
      to: 'reef-Inside-us-east-1, with AWSLambdaVPCAccessExecutionRole',
    });
    expect(lineOf(plan, 'VPC')).toMatchObject({ from: null, to: 'subnet-1, sg-1' });
    expect(await cloud.rolePolicies('reef-Inside-us-east-1')).toEqual([
      'AWSLambdaBasicExecutionRole',
      'AWSLambdaVPCAccessExecutionRole',
    ]);
  });

  it('of Reef’s name that somebody else made is not used', async () => {
    await cloud.roleOf('reef-Taken-us-east-1');
    await expect(cloud.deploy({ name: 'Taken' })).rejects.toMatchObject({
      code: 'in-use',
      message: expect.stringContaining('--role'),
    });
  });

  it('can be picked from those that Lambda may assume', async () => {
    await cloud.roleOf('for-lambda');
    await cloud.roleOf('for-ec2', 'ec2.amazonaws.com');
    const roles = await (await cloud.deployer()).roles(never);
    const names = roles.map(({ name }) => name);
    expect(names).toContain('for-lambda');
    expect(names).not.toContain('for-ec2');
    expect(roles.find(({ name }) => name === 'for-lambda')).toMatchObject({ description: 'Role for-lambda' });
  });

  it('of a long name has a name that IAM takes', async () => {
    const name = 'A'.repeat(60);
    const { plan } = await cloud.deploy({ name });
    const role = lineOf(plan, 'role')?.to?.split(',')[0] ?? '';
    expect(role.length).toBeLessThanOrEqual(64);
    expect(await cloud.rolePolicies(role)).toEqual(['AWSLambdaBasicExecutionRole']);
  });
});
