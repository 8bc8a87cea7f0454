import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Packaging } from '../../../../src/engine/deploy/artifact.ts';
import { recover } from '../../../../src/engine/targets/aws/recover.ts';
import { imagePackaging } from '../../../../src/engine/targets/docker/build/image-packaging.ts';
import { pushImage } from '../../../../src/engine/targets/docker/push.ts';
import { isCancelled, messageOf } from '../../../../src/protocol/errors.ts';
import { digestOf } from '../../../support/aws/deploy/registry.ts';
import { specOf } from '../../../support/aws/deploy/packed.ts';
import { docker, useBaseImages, whyNoEngine } from '../../../support/docker.ts';
import { startRegistry, whyNoRegistry } from '../../../support/registry.ts';
import { lineOf, never, owner, skipped, temporaryFolder, useDeployer } from './support.ts';

const cloud = useDeployer();
const why = skipped ?? whyNoEngine ?? whyNoRegistry;
if (why !== null) console.log(`Skipped: ${why}.`);
useBaseImages();

let registry: Awaited<ReturnType<typeof startRegistry>>;
beforeAll(async () => {
  if (why !== null) return;
  registry = await startRegistry();
  cloud.aws.emulator.registry = registry;
});
afterAll(() => registry?.[Symbol.asyncDispose]());

/** A function as an image: a client of the Runtime API that returns a text. */
const client = (text: string): string => `
const api = \`http://\${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation\`;
(async () => {
  for (;;) {
    const next = await fetch(\`\${api}/next\`);
    await next.text();
    const id = next.headers.get('lambda-runtime-aws-request-id');
    await fetch(\`\${api}/\${id}/response\`, { method: 'POST', body: JSON.stringify({ text: ${JSON.stringify(text)}, size: process.env.SIZE }) });
  }
})();`;

const dockerfile = `FROM reef/base-node:local
COPY app.js /var/task/app.js
ENTRYPOINT ["node", "/var/task/app.js"]
`;

async function imageOf(name: string, text: string): Promise<Packaging> {
  const context = await mkdtemp(join(tmpdir(), 'reef-image-'));
  onTestFinished(() => rm(context, { recursive: true, force: true }));
  await mkdir(context, { recursive: true });
  await writeFile(join(context, 'app.js'), client(text));
  await writeFile(join(context, 'Dockerfile'), dockerfile);
  const spec = specOf({ name, packageType: 'image' });
  const build = { kind: 'image', context, dockerfile: join(context, 'Dockerfile') } as const;
  const packaging = await imagePackaging(build, spec, never);
  onTestFinished(async () => {
    await cloud.aws.emulator.endEnvironments();
    const images = await docker().listImages({ filters: { reference: [`reef/function-${name.toLowerCase()}*`] } });
    for (const { Id } of images) await docker().getImage(Id).remove({ force: true });
  });
  return packaging;
}

const image = (name: string) => ({ name, packageType: 'image', memoryMb: 512, environment: { SIZE: 'large' } }) as const;

async function repositories(): Promise<string[]> {
  const ecr = new ECRClient({ endpoint: cloud.aws.url, region: 'us-east-1' });
  const { repositories: found = [] } = await ecr.send(new DescribeRepositoriesCommand({}));
  return found.map(({ repositoryName = '' }) => repositoryName);
}

describe.skipIf(why !== null)('deploying an image', () => {
  it('makes its repository, pushes it there, deploys it by its digest, and it runs', { timeout: 180_000 }, async () => {
    const packaging = await imageOf('Image', 'first');
    const steps: string[] = [];
    const request = await cloud.request(image('Image'), { packaging, pushImage });
    const { plan, apply } = await (await cloud.deployer()).deploy(request, never, (step) => steps.push(step));
    expect(plan.changes.map(({ action, what }) => `${action} ${what}`)).toEqual(
      expect.arrayContaining(['create repository', 'create code', 'create role']),
    );
    expect(lineOf(plan, 'repository')).toMatchObject({ to: expect.stringMatching(/^reef\/image-[0-9a-f]{8}$/) });
    await apply(never, (step) => steps.push(step));
    const { Configuration, Code } = await cloud.client().send(new GetFunctionCommand({ FunctionName: 'Image' }));
    const digest = `sha256:${Configuration?.CodeSha256}`;
    expect(Code?.ImageUri).toBe(`${registry.host}/${lineOf(plan, 'repository')?.to}@${digest}`);
    expect(await cloud.invoke('Image')).toEqual({ text: 'first', size: 'large' });
    expect(steps.join('\n')).toMatch(/Pushing the image to reef\/image-/);
    expect(steps.join('\n')).not.toContain(registry.password);
    // The name under which it was pushed is gone from the engine.
    const left = await docker().listImages({ filters: { reference: [`${registry.host}/*/*`] } });
    expect(left.flatMap(({ RepoTags }) => RepoTags ?? [])).toEqual([]);
  });

  it('pushes nothing where nothing has changed, and not what the registry has', { timeout: 180_000 }, async () => {
    const packaging = await imageOf('Again', 'first');
    await cloud.deploy(image('Again'), { packaging, pushImage });
    const noPush = (): Promise<string> => Promise.reject(new Error('pushed'));
    const same = await (
      await cloud.deployer()
    ).deploy(await cloud.request(image('Again'), { packaging, pushImage: noPush }), never, () => {});
    expect(same.plan.changes).toEqual([]);
    const second = await imageOf('Again', 'second');
    await cloud.deploy(image('Again'), { packaging: second, pushImage });
    expect(await cloud.invoke('Again')).toMatchObject({ text: 'second' });
    // Back to the first: the repository has it still.
    const { plan } = await cloud.deploy(image('Again'), { packaging, pushImage: noPush });
    expect(lineOf(plan, 'code')?.to).toMatch(/^an image that the registry has/);
    expect(await cloud.invoke('Again')).toMatchObject({ text: 'first' });
  });

  it('rolls back to the image before, and destroys repository and all', { timeout: 180_000 }, async () => {
    await cloud.deploy({ ...image('Rolled'), alias: 'live' }, { packaging: await imageOf('Rolled', 'one'), pushImage });
    await cloud.deploy({ ...image('Rolled'), alias: 'live' }, { packaging: await imageOf('Rolled', 'two'), pushImage });
    const back = await (await cloud.deployer()).rollBack({ name: 'Rolled', to: null, alias: null }, never);
    await back.apply(never, () => {});
    expect(await cloud.invoke('Rolled', 'live')).toMatchObject({ text: 'one' });
    const step = await (await cloud.deployer()).destroy({ name: 'Rolled', owner, logs: false }, never);
    expect(step.plan.changes.map(({ what }) => what)).toEqual(['function', 'role', 'repository']);
    await step.apply(never, () => {});
    expect((await repositories()).some((name) => name.startsWith('reef/rolled'))).toBe(false);
  });

  it('that the registry refuses leaves nothing', { timeout: 180_000 }, async () => {
    const packaging = await imageOf('Refused', 'x');
    const wrong: typeof pushImage = (id, to, signal, onStep) => pushImage(id, { ...to, password: 'wrong' }, signal, onStep);
    const ending = await cloud.deploy(image('Refused'), { packaging, pushImage: wrong }).then(() => 'done', messageOf);
    expect(ending).toMatch(/^The registry did not take the image \(127\.0\.0\.1:.*reef\/refused-.*\): /);
    expect(ending).not.toContain('wrong');
    expect(await cloud.exists('Refused')).toBe(false);
    expect((await repositories()).some((name) => name.startsWith('reef/refused'))).toBe(false);
    expect(await cloud.rolePolicies('reef-Refused-us-east-1')).toBeNull();
  });

  it('cancelled while it is pushed, or once it is, leaves nothing', { timeout: 180_000 }, async () => {
    const packaging = await imageOf('Stopped', 'x');
    const controller = new AbortController();
    const stopping: typeof pushImage = (id, to, signal, onStep) => {
      controller.abort();
      return pushImage(id, to, signal, onStep);
    };
    const deployer = await cloud.deployer();
    const during = await deployer.deploy(
      await cloud.request(image('Stopped'), { packaging, pushImage: stopping }),
      never,
      () => {},
    );
    const ending: unknown = await during.apply(controller.signal, () => {}).catch((error: unknown) => error);
    expect(isCancelled(ending), String(ending)).toBe(true);
    expect((await repositories()).some((name) => name.startsWith('reef/stopped'))).toBe(false);
  });

  it('of an unfinished deployment is deleted from a repository that stays', { timeout: 180_000 }, async () => {
    await cloud.deploy(image('Kept'), { packaging: await imageOf('Kept', 'one'), pushImage });
    const [repository = ''] = (await repositories()).filter((name) => name.startsWith('reef/kept'));
    const journals = await temporaryFolder();
    let tag = '';
    const noting: typeof pushImage = (id, to, signal, onStep) => {
      tag = to.tag;
      return pushImage(id, to, signal, onStep);
    };
    const packaging = await imageOf('Kept', 'two');
    const { apply } = await (
      await cloud.deployer(journals)
    ).deploy(await cloud.request(image('Kept'), { packaging, pushImage: noting }), never, () => {});
    cloud.aws.emulator.faults.push({
      action: 'UpdateFunctionCode',
      times: 9,
      reply: { status: 403, body: '{}', headers: { 'x-amzn-errortype': 'AccessDeniedException' } },
    });
    await expect(apply(never, () => {})).rejects.toThrow(/allow lambda:UpdateFunctionCode/);
    await recover(journals, { log: () => {} }, never);
    expect(tag).not.toBe('');
    expect(await digestOf(registry, repository, tag)).toBeNull();
    expect(await repositories()).toContain(repository);
    expect(await cloud.invoke('Kept')).toMatchObject({ text: 'one' });
    expect(await readdir(journals)).toEqual([]);
  });

  it('does not use a repository that another workspace has made', { timeout: 180_000 }, async () => {
    const packaging = await imageOf('Shared', 'x');
    await cloud.deploy(image('Shared'), { packaging, pushImage });
    const theirs = await (await cloud.deployer()).destroy({ name: 'Shared', owner, logs: false }, never);
    expect(theirs.plan.changes).toHaveLength(3);
    const request = await cloud.request(image('Shared'), { packaging, pushImage, owner: 'theirs', adopt: true });
    const changed = { ...request, packaging: { ...packaging, codeFingerprint: 'other' } };
    await expect((await cloud.deployer()).deploy(changed, never, () => {})).rejects.toThrow(
      /The repository reef\/shared-.* this workspace did not make it/,
    );
  });
});
