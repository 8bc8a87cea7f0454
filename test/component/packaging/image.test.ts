import { PassThrough } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import type { ImageArtifact } from '../../../src/engine/deploy/artifact.ts';
import type { Packaged } from '../../../src/engine/features/packaging.ts';
import { docker, useBaseImages, whyNoEngine } from '../../support/docker.ts';
import { failsWith, packedAny, type PackOptions, reefYaml, workspaceOf, write } from './support.ts';

const dockerfile = `FROM reef/base-node:local
COPY . /var/task/
RUN --mount=type=tmpfs,target=/scratch ["node", "-e", "console.log('building ' + process.version)"]
CMD ["node", "/var/task/app.mjs"]
`;

const files = {
  'reef.yaml': reefYaml({ dockerfile: 'Dockerfile' }),
  Dockerfile: dockerfile,
  '.dockerignore': 'secret*\nlogs\n!logs/kept.txt\nreef.yaml\n.reef\nDockerfile\n',
  'app.mjs':
    "import { readdirSync } from 'node:fs';\nconsole.log(readdirSync('/var/task', { recursive: true }).toSorted().join(' '));\n",
  'secret.txt': 'x',
  'logs/a.txt': 'x',
  'logs/kept.txt': 'x',
};

type Built = Packaged & { artifact: ImageArtifact };

async function built(folder: string, options: PackOptions = {}): Promise<Built> {
  const packaged = await packedAny(folder, 'fn', options);
  if (packaged.artifact.kind !== 'image') throw new Error('An image was expected');
  return { ...packaged, artifact: packaged.artifact };
}

/** What the image's own command prints. */
async function printed({ artifact }: Built): Promise<string> {
  const output = new PassThrough();
  const chunks: Buffer[] = [];
  output.on('data', (chunk: Buffer) => void chunks.push(chunk));
  await docker().run(artifact.imageId, [], output, { HostConfig: { AutoRemove: true }, Tty: true });
  return Buffer.concat(chunks).toString('utf8').trim();
}

describe.skipIf(whyNoEngine !== null)('a function with a Dockerfile', () => {
  useBaseImages();

  afterAll(async () => {
    if (whyNoEngine !== null) return;
    const images = await docker().listImages({ filters: { reference: ['reef/function-fn'] } });
    for (const { RepoTags } of images) for (const tag of RepoTags ?? []) await docker().getImage(tag).remove({ force: true });
  });

  test('becomes an image of what .dockerignore leaves in, step by step', async () => {
    const steps: string[] = [];
    const image = await built(await workspaceOf(files), { onStep: (step) => steps.push(step) });
    expect(image.artifact.imageId).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(image.artifact.bytes).toBeGreaterThan(10e6);
    expect(steps[0]).toBe('Building Dockerfile for x86_64');
    expect(steps).toContainEqual(expect.stringMatching(/^\[\d\/3\] COPY \. \/var\/task\//));
    expect(steps).toContain(`building ${process.version}`);
    // The engine reads the Dockerfile from there, whatever the rules say.
    expect(await printed(image)).toBe('.dockerignore Dockerfile app.mjs logs logs/kept.txt');
  });

  test('that is unchanged is not built again, and has the same fingerprint in another folder', async () => {
    const folder = await workspaceOf(files);
    const first = await built(folder);
    const steps: string[] = [];
    await write(folder, { 'logs/b.txt': 'not in the image', 'secret2.txt': 'x' });
    expect(await built(folder, { onStep: (step) => steps.push(step) })).toEqual(first);
    expect(steps).toEqual([]);
    expect((await built(await workspaceOf(files))).artifact.imageId).toBe(first.artifact.imageId);
    await write(folder, { 'logs/kept.txt': 'y' });
    const changed = await built(folder);
    expect(changed.fingerprint).not.toBe(first.fingerprint);
    expect(changed.artifact.imageId).not.toBe(first.artifact.imageId);
  });

  test('keeps the last few images of a function alone', async () => {
    const folder = await workspaceOf({
      'reef.yaml': reefYaml({ dockerfile: 'Dockerfile' }),
      Dockerfile: 'FROM scratch\nCOPY x /\n',
      x: '',
    });
    for (const content of ['1', '2', '3', '4', '5']) {
      await write(folder, { x: content });
      await built(folder);
    }
    const images = await docker().listImages({ filters: { reference: ['reef/function-fn'] } });
    expect(images.length).toBeLessThanOrEqual(3);
  });

  test.each([
    [
      'a command that fails',
      `${dockerfile}RUN ["node", "-e", "console.error('no such thing'); process.exit(3)"]\n`,
      /^Dockerfile could not be built: step \[4\/4\] RUN \[.*\]: exit code: 3 \(it printed: no such thing\)\.$/,
    ],
    [
      'a word that it does not know',
      'FROM scratch\nCOPPY x /\n',
      /^Dockerfile could not be built: dockerfile parse error.*unknown instruction: COPPY\.$/,
    ],
    [
      'a file that is not there',
      'FROM scratch\nCOPY gone.txt /\n',
      /^Dockerfile could not be built: .*gone\.txt.* not found.*\.$/,
    ],
    [
      'a base image that cannot be had',
      'FROM reef-no-such.invalid/image:1\n',
      /^Dockerfile could not be built: .*reef-no-such\.invalid.*\.$/,
    ],
  ])('with %s is told so in one sentence', async (_what, text, sentence) => {
    const error: unknown = await built(await workspaceOf({ ...files, Dockerfile: text })).catch((reason: unknown) => reason);
    expect((error as Error).message).toMatch(sentence);
    expect((error as Error).message).not.toContain('\n');
  });

  test('is for its architecture, and not for that of a base image', async () => {
    const scratch = {
      'reef.yaml': reefYaml({ dockerfile: 'Dockerfile', architecture: 'arm64' }),
      Dockerfile: 'FROM scratch\nCOPY x /\n',
      x: '',
    };
    const { artifact } = await built(await workspaceOf(scratch));
    expect((await docker().getImage(artifact.imageId).inspect()).Architecture).toBe('arm64');
  });

  test('can be cancelled', async () => {
    const slow = 'FROM reef/base-node:local\nRUN ["node", "-e", "setTimeout(() => {}, 600000)"]\n';
    const folder = await workspaceOf({ 'reef.yaml': reefYaml({ dockerfile: 'Dockerfile' }), Dockerfile: slow });
    const controller = new AbortController();
    const onStep = (step: string): void => {
      if (step.includes('RUN')) controller.abort();
    };
    await failsWith(built(folder, { signal: controller.signal, onStep }), 'cancelled', 'Building Dockerfile was cancelled.');
  });
});

describe('a Dockerfile', () => {
  test.each([
    ['is not there', {}, 'The Dockerfile cannot be read: correct dockerfile'],
    ['is outside of its context', { dockerfile: 'Dockerfile', context: 'app' }, 'is outside of its context'],
  ])('that %s', async (_what, more, sentence) => {
    const folder = await workspaceOf({
      'reef.yaml': reefYaml({ dockerfile: 'docker/Dockerfile', ...more }),
      Dockerfile: 'FROM scratch\n',
      'app/x': '',
    });
    await failsWith(built(folder), 'package-failed', sentence);
  });
});
