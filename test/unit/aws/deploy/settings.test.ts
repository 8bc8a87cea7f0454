import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { settingChange } from '../../../../src/engine/targets/aws/deploy/describe-settings.ts';
import { asInput, differing, settingNames, settingsOf } from '../../../../src/engine/targets/aws/deploy/settings.ts';

const configuration: FunctionConfiguration = {
  FunctionName: 'f',
  Runtime: 'nodejs22.x',
  Handler: 'app.handler',
  MemorySize: 512,
  Timeout: 10,
  Role: 'arn:aws:iam::123456789012:role/service/shop',
  Environment: { Variables: { A: '1', B: '2' } },
  VpcConfig: { SubnetIds: ['s-1', 's-2'], SecurityGroupIds: ['g-1'] },
  Layers: [{ Arn: 'arn:aws:lambda:eu-west-1:1:layer:one:3' }],
  LoggingConfig: { LogFormat: 'JSON', LogGroup: '/own', ApplicationLogLevel: 'WARN' },
};
const settings = settingsOf(configuration);

describe('settings of a deployed function', () => {
  it('are the service’s defaults where it tells none', () => {
    expect(settingsOf({ FunctionName: 'f' })).toEqual({
      description: '',
      runtime: null,
      handler: null,
      memoryMb: 128,
      timeoutS: 3,
      ephemeralStorageMb: 512,
      environment: {},
      layers: [],
      vpc: null,
      logFormat: 'Text',
      role: '',
    });
  });

  it('are the same in another order of what has none, and not of what has', () => {
    const vpc = { subnets: ['s-2', 's-1'], securityGroups: ['g-1'] };
    expect(differing(settings, { ...settings, vpc, environment: { B: '2', A: '1' } })).toEqual([]);
    const layers = [...settings.layers, 'arn:aws:lambda:eu-west-1:1:layer:two:1'];
    expect(differing({ ...settings, layers }, { ...settings, layers: layers.toReversed() })).toEqual(['layers']);
  });

  it('that cannot be decrypted are a missing permission', () => {
    const Environment = { Error: { ErrorCode: 'AccessDeniedException', Message: 'no kms:Decrypt' } };
    expect(() => settingsOf({ ...configuration, Environment })).toThrow(
      /cannot be decrypted \(no kms:Decrypt\): allow kms:Decrypt/,
    );
  });

  it('are sent only where they change, and what else logging has stays', () => {
    expect(asInput(settings, ['memoryMb', 'vpc'])).toEqual({
      MemorySize: 512,
      VpcConfig: { SubnetIds: ['s-1', 's-2'], SecurityGroupIds: ['g-1'] },
    });
    expect(asInput(settings, ['logFormat'], configuration.LoggingConfig)).toEqual({ LoggingConfig: configuration.LoggingConfig });
    // Levels go with JSON only.
    const text = { ...settings, logFormat: 'Text' as const };
    expect(asInput(text, ['logFormat'], configuration.LoggingConfig)).toEqual({
      LoggingConfig: { LogFormat: 'Text', LogGroup: '/own' },
    });
    expect(asInput({ ...settings, vpc: null, environment: {}, layers: [] }, ['vpc', 'environment', 'layers'])).toEqual({
      VpcConfig: { SubnetIds: [], SecurityGroupIds: [] },
      Environment: { Variables: {} },
      Layers: [],
    });
  });

  it('are told without any value of the environment', () => {
    const changed = { ...settings, environment: { A: 'other', C: '3' }, layers: [], vpc: null, role: 'arn:aws:iam::1:role/new' };
    const lines = settingNames.map((name) => settingChange(name, settings, changed));
    const of = (what: string) => lines.find((line) => line.what === what);
    expect(of('environment')).toMatchObject({ from: null, to: 'A changed, B removed, C added' });
    expect(of('layers')).toMatchObject({ from: '1:one:3', to: null });
    expect(of('VPC')).toMatchObject({ from: 's-1, s-2, g-1', to: null });
    expect(of('role')).toMatchObject({ from: 'service/shop', to: 'new' });
    expect(JSON.stringify(lines)).not.toMatch(/other|"1"|"2"/);
  });
});
