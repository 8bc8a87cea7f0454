import { describe, expect, it } from 'vitest';
import { fingerprintOf, hasFingerprint } from '../../../../src/engine/targets/aws/deploy/fingerprint.ts';
import { foundOf } from '../../../../src/engine/targets/aws/deploy/found-function.ts';
import { repositoryFor, roleNameFor } from '../../../../src/engine/targets/aws/deploy/names.ts';
import { planUrl } from '../../../../src/engine/targets/aws/deploy/plan-url.ts';
import { missingTags, tagChanges, tagNames } from '../../../../src/engine/targets/aws/deploy/tags.ts';
import { specOf } from '../../../support/aws/deploy/packed.ts';

const spec = specOf({ name: 'f' });

describe('names of what is made beside a function', () => {
  it('are what IAM and ECR take, and of no other function', () => {
    expect(roleNameFor('hello', 'eu-west-1')).toBe('reef-hello-eu-west-1');
    const [one, other] = ['a'.repeat(63), `${'a'.repeat(62)}b`].map((name) => roleNameFor(name, 'eu-west-1'));
    expect(one).toHaveLength(64);
    expect(one).not.toBe(other);
    expect(repositoryFor('hello-world')).toBe('reef/hello-world');
    const names = ['Hello', 'hello', 'HELLO', 'hello_', '-hello', 'hel__lo', '__'].map(repositoryFor);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^reef\/[a-z0-9]+(?:[._-][a-z0-9]+)*$/);
  });
});

describe('the fingerprint', () => {
  it('is another for other code, handler, runtime and architecture, and the same for other settings', () => {
    const own = fingerprintOf(spec, 'code');
    const others = [
      fingerprintOf(spec, 'other'),
      fingerprintOf({ ...spec, handler: 'app.other' }, 'code'),
      fingerprintOf({ ...spec, runtime: 'nodejs24.x' }, 'code'),
      fingerprintOf({ ...spec, architecture: 'arm64' }, 'code'),
    ];
    expect(new Set([own, ...others]).size).toBe(5);
    expect(fingerprintOf({ ...spec, memoryMb: 1024, environment: { A: 'secret' } }, 'code')).toBe(own);
  });

  it('holds only for the code that it was deployed with', () => {
    const Configuration = { FunctionName: 'f', FunctionArn: 'arn:aws:lambda:r:1:function:f', MemorySize: 128, CodeSha256: 'sha' };
    const found = (Tags: Record<string, string>) => foundOf({ Configuration, Tags, $metadata: {} });
    const tags = { [tagNames.fingerprint]: 'print', [tagNames.code]: 'sha' };
    expect(hasFingerprint(found(tags), 'print', 'x86_64')).toBe(true);
    expect(hasFingerprint(found({ ...tags, [tagNames.code]: 'older' }), 'print', 'x86_64')).toBe(false);
    expect(hasFingerprint(found(tags), 'print', 'arm64')).toBe(false);
    expect(hasFingerprint(found({}), 'print', 'x86_64')).toBe(false);
  });
});

describe('tags', () => {
  it('are set where they are missing or other, and never taken away', () => {
    const there = { team: 'shop', stage: 'test' };
    expect(missingTags(there, { team: 'shop', owner: 'me' })).toEqual({ owner: 'me' });
    expect(tagChanges(there, { team: 'orders', owner: 'me' })).toEqual([
      { action: 'update', what: 'tag team', from: 'shop', to: 'orders' },
      { action: 'create', what: 'tag owner', from: null, to: 'me' },
    ]);
  });
});

describe('the plan of a function URL', () => {
  const url = (auth: 'AWS_IAM' | 'NONE', alias: string | null = null) => ({ url: 'https://u', auth, alias });
  const iam = { ...spec, url: 'iam' as const };

  it('makes one that asks for signatures, and no other', () => {
    expect(planUrl(spec, [], {})).toMatchObject({ action: 'keep', changes: [], notes: [] });
    expect(planUrl(iam, [], {})).toMatchObject({ action: 'create' });
    expect(planUrl(iam, [url('AWS_IAM')], {})).toMatchObject({ action: 'keep', changes: [] });
    expect(planUrl({ ...iam, alias: 'live' }, [url('AWS_IAM')], {})).toMatchObject({ action: 'create' });
  });

  it('points out what is public, wherever it is, and protects it only when that is asked for', () => {
    expect(planUrl(spec, [url('NONE')], {})).toMatchObject({ action: 'keep', notes: [expect.stringMatching(/public URL/)] });
    expect(planUrl(iam, [url('NONE')], {})).toMatchObject({ action: 'protect', notes: [] });
    const elsewhere = planUrl({ ...iam, alias: 'live' }, [url('AWS_IAM', 'live'), url('NONE', 'test')], {});
    expect(elsewhere).toMatchObject({ action: 'keep', notes: [expect.stringContaining('alias test')] });
  });

  it('takes away only one that Reef has made', () => {
    expect(planUrl(spec, [url('AWS_IAM')], {})).toMatchObject({ action: 'keep' });
    expect(planUrl(spec, [url('AWS_IAM')], { [tagNames.url]: 'made' })).toMatchObject({ action: 'delete' });
    expect(planUrl(spec, [url('NONE')], { [tagNames.url]: 'made' })).toMatchObject({ action: 'keep' });
  });
});
