import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { nearestRuntime } from '../../../src/engine/functions/runtimes.ts';
import { findProgram, runCommand } from '../../../src/engine/system/process.ts';
import { needsPython } from '../../support/python.ts';
import { useNoUv, useUv } from '../../support/uv.ts';
import { readZip } from '../../support/unzip.ts';
import { called, failsWith, packed, pathsIn, reefYaml, responseOf, temporaryFolder, workspaceOf } from './support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const pythonProgram = findProgram(['python3', 'python']) ?? '';

/** The runtime that this machine's Python can stand in for: wheels are for one version. */
async function ownRuntime(): Promise<string> {
  needsPython();
  const { stdout } = await runCommand(pythonProgram, ['--version']);
  return nearestRuntime('python', /\d+\.\d+/.exec(stdout)?.[0] ?? '');
}

const app = `import markupsafe._speedups
import six
from own import greeting


def handler(event, context):
    return [greeting(), six.__version__, markupsafe._speedups.__file__.endswith(".so")]
`;

/** A pure package, and one with a compiled part. */
const requirements = 'six==1.17.0\nmarkupsafe==3.0.2  # with a compiled part\n';

async function shop(runtime: string, more: Record<string, string> = {}): Promise<string> {
  return workspaceOf({
    'reef.yaml': reefYaml({ handler: 'app.handler', runtime }),
    'app.py': app,
    'own/__init__.py': 'def greeting():\n    return "hello"\n',
    'requirements.txt': requirements,
    ...more,
  });
}

const installers = { uv: useUv, pip: useNoUv };

describe.each(['uv', 'pip'] as const)('packages of Python, by %s', (name) => {
  test('are installed for the platform and run', async () => {
    installers[name]();
    const steps: string[] = [];
    const zip = await packed(await shop(await ownRuntime()), 'fn', { onStep: (step) => steps.push(step) });
    expect(steps[0]).toBe(`Installing the packages of requirements.txt with ${name}`);
    expect(responseOf(await called(zip))).toEqual(['hello', '1.17.0', true]);
    expect(new Set(zip.artifact.parts.map((part) => part.package?.toLowerCase() ?? null))).toEqual(
      new Set([null, 'markupsafe', 'six']),
    );
    expect((await pathsIn(zip)).filter((path) => /RECORD|INSTALLER|__pycache__|^bin\/|\.lock$|\.pyc$/.test(path))).toEqual([]);
  });

  test('are those of another platform when the function is', async () => {
    installers[name]();
    const folder = await workspaceOf({
      'reef.yaml': reefYaml({ handler: 'app.handler', runtime: 'python3.13', architecture: 'arm64' }),
      'app.py': 'def handler(event, context):\n    return 1\n',
      'requirements.txt': 'markupsafe==3.0.2\n',
    });
    expect((await pathsIn(await packed(folder, 'fn'))).filter((path) => path.endsWith('.so'))).toEqual([
      'markupsafe/_speedups.cpython-313-aarch64-linux-gnu.so',
    ]);
  });

  test.each([
    ['has no wheel', 'pycrypto==2.6.1', /^There is no pycrypto==2\.6\.1 with a wheel|^pycrypto has no wheel/],
    ['is not there', 'reef-no-such-package==1', /^There is no reef-no-such-package/],
    [
      'contradicts another',
      'six==1.16.0',
      /^The requirements contradict each other \(six==1\.1\d\.0 and six==1\.1\d\.0\): correct them\.$/,
    ],
    [
      'has no such version',
      'markupsafe==99.0',
      /^There is no markupsafe==99\.0 with a wheel for Python 3\.13 on Linux x86_64: correct/,
    ],
    ['is none', 'not a requirement', /^(?:uv|pip) could not install the packages: /],
  ])('one that %s is named', async (_what, line, sentence) => {
    installers[name]();
    const folder = await shop('python3.13', { 'requirements.txt': `six==1.17.0\n${line}\n` });
    const error: unknown = await packed(folder, 'fn').catch((reason: unknown) => reason);
    expect(String(error)).toMatch(/^ReefError: .+\.$/);
    expect((error as Error).message).toMatch(sentence);
  });

  test('an index that does not answer is told', async () => {
    installers[name]();
    vi.stubEnv('UV_DEFAULT_INDEX', 'http://name:secret@127.0.0.1:9/simple');
    vi.stubEnv('UV_NO_CACHE', '1');
    vi.stubEnv('UV_HTTP_RETRIES', '0');
    vi.stubEnv('PIP_INDEX_URL', 'http://name:secret@127.0.0.1:9/simple');
    vi.stubEnv('PIP_FIND_LINKS', '');
    vi.stubEnv('PIP_RETRIES', '1');
    vi.stubEnv('PIP_NO_CACHE_DIR', '1');
    const error: unknown = await packed(await shop('python3.13'), 'fn').catch((reason: unknown) => reason);
    expect(String(error)).not.toContain('secret');
    expect(String((error as Error).cause)).not.toContain('secret');
    expect((error as Error).message).toBe(
      `${name} could not fetch the packages: check the network, and the index that ${name} is set to.`,
    );
  });
});

describe('packages of Python', () => {
  test('make the same archive, whoever installs them, and are installed once', async () => {
    useUv();
    const folder = await shop('python3.13');
    const byUv = await packed(folder, 'fn');
    vi.unstubAllEnvs();
    useNoUv();
    const byPip = await packed(await shop('python3.13'), 'fn');
    expect(byPip.artifact.sha256).toBe(byUv.artifact.sha256);
    const steps: string[] = [];
    const again = await packed(folder, 'fn', { onStep: (step) => steps.push(step) });
    expect(again.artifact.sha256).toBe(byUv.artifact.sha256);
    expect(steps.filter((step) => step.startsWith('Installing'))).toEqual([]);
  });

  test('of a lock and of a project are those that it names, without those for developing', async () => {
    useUv();
    const project = `[project]
name = "shop"
version = "1.0.0"
requires-python = ">=3.10"
dependencies = ["six>=1.16"]

[dependency-groups]
dev = ["markupsafe"]
`;
    const more = {
      'requirements.txt': '',
      'pyproject.toml': project,
      'app.py': 'import six\n\n\ndef handler(event, context):\n    return six.__version__\n',
    };
    const folder = await shop(await ownRuntime(), { ...more });
    await runCommand(findProgram(['uv']) ?? 'uv', ['add', '--project', folder, '--no-sync', 'six==1.16.0']);
    const settings = { handler: 'app.handler', runtime: await ownRuntime() };
    const workspace = async (requirementsFile: string): Promise<string> => {
      const { 'requirements.txt': _none, ...files } = more;
      const lock = await readFile(join(folder, 'uv.lock'), 'utf8');
      const pyproject = await readFile(join(folder, 'pyproject.toml'), 'utf8');
      return workspaceOf({
        ...files,
        'pyproject.toml': pyproject,
        'uv.lock': lock,
        'reef.yaml': reefYaml({ ...settings, requirements: requirementsFile }),
      });
    };
    for (const file of ['uv.lock', 'pyproject.toml']) {
      const zip = await packed(await workspace(file), 'fn');
      expect(responseOf(await called(zip))).toBe('1.16.0');
      expect((await pathsIn(zip)).filter((path) => path.startsWith('markupsafe/'))).toEqual([]);
    }
  });

  test('that are provided are left out, boto3 is pointed out, and so are versions that nobody fixed', async () => {
    useUv();
    const folder = await workspaceOf({
      'reef.yaml': reefYaml({ handler: 'app.handler', runtime: 'python3.13', provided: ['Six'] }),
      'app.py': 'def handler(event, context):\n    return 1\n',
      'requirements.txt': '-r more.txt\nsix\n',
      'more.txt': 'jmespath>=1\n',
    });
    const zip = await packed(folder, 'fn');
    expect(await pathsIn(zip)).not.toContain('six.py');
    expect(zip.notes).toContain('jmespath: packed, and in the runtime too; listed under provided they are left out.');
    expect(zip.notes).toContain(
      'jmespath, six: no fixed version in requirements.txt, so another machine may pack another one; write ==.',
    );
  });

  test('that the function has itself are its own', async () => {
    useUv();
    const folder = await shop(await ownRuntime(), { 'six.py': '__version__ = "mine"\n' });
    expect(responseOf(await called(await packed(folder, 'fn')))).toEqual(['hello', 'mine', true]);
  });

  test('count in the fingerprint with all the lists that name them', async () => {
    useUv();
    const lists = { 'requirements.txt': '-r more.txt\n', 'more.txt': 'six==1.17.0\n' };
    const before = await packed(await shop('python3.13', lists), 'fn');
    const after = await packed(await shop('python3.13', { ...lists, 'more.txt': 'six==1.16.0\n' }), 'fn');
    expect(after.fingerprint).not.toBe(before.fingerprint);
    const versions = (await readZip(after.artifact.file))
      .map(({ path }) => path)
      .filter((path) => path.includes('dist-info/METADATA'));
    expect(versions).toEqual(['six-1.16.0.dist-info/METADATA']);
  });

  test.each([
    ['-e ../shared', 'requirements.txt:1 names a project of this machine ("-e ../shared"): make a wheel of it'],
    ['./shared', 'requirements.txt:1 names a project of this machine ("./shared"): make a wheel of it'],
    [
      'six @ git+https://example.org/six.git',
      'requirements.txt:1 names a repository ("six @ git+https://example.org/six.git"), which has no wheel',
    ],
    ['-r gone.txt', 'gone.txt cannot be read: correct requirements'],
    ['./gone-1.0-py3-none-any.whl', 'requirements.txt:1 names ./gone-1.0-py3-none-any.whl, which cannot be read'],
  ])('%s cannot be installed for another machine', async (line, sentence) => {
    await failsWith(packed(await shop('python3.13', { 'requirements.txt': `${line}\n` }), 'fn'), 'package-failed', sentence);
  });

  test('of a pyproject.toml that only sets up tools are none', async () => {
    useNoUv();
    const folder = await workspaceOf({
      'reef.yaml': reefYaml({ handler: 'app.handler', runtime: 'python3.13' }),
      'app.py': 'def handler(event, context):\n    return 1\n',
      'pyproject.toml': '[tool.ruff]\nline-length = 100\n',
    });
    expect(await pathsIn(await packed(folder, 'fn'))).toEqual(['app.py', 'pyproject.toml']);
  });

  test('of Poetry alone are to be exported', async () => {
    const folder = await workspaceOf({
      'reef.yaml': reefYaml({ handler: 'app.handler', runtime: 'python3.13' }),
      'app.py': 'def handler(event, context):\n    return 1\n',
      'pyproject.toml': '[tool.poetry.dependencies]\nsix = "*"\n',
    });
    await failsWith(packed(folder, 'fn'), 'package-failed', 'pyproject.toml names its packages for Poetry alone');
  });

  test('without uv and pip are not there', async () => {
    needsPython();
    const folder = await temporaryFolder();
    await runCommand(pythonProgram, ['-m', 'venv', '--without-pip', folder], { timeoutMs: 60_000 });
    useNoUv();
    const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
    const sentence =
      'Packages of Python are installed by uv or pip, and neither was found: install uv, or a Python that has pip.';
    await failsWith(packed(await shop('python3.13'), 'fn', { python }), 'package-failed', sentence);
  });

  test('of a lock ask for uv', async () => {
    useNoUv();
    const folder = await workspaceOf({
      'reef.yaml': reefYaml({ handler: 'app.handler', runtime: 'python3.13', requirements: 'uv.lock' }),
      'app.py': 'def handler(event, context):\n    return 1\n',
      'uv.lock': 'version = 1\n',
      'pyproject.toml': '',
    });
    await failsWith(
      packed(folder, 'fn'),
      'package-failed',
      'uv.lock is read by uv, which is not on the PATH: install uv, or write a requirements.txt.',
    );
  });
});

describe('the code of a function of Python', () => {
  test.each([
    ['with a syntax error', 'def handler(event, context:\n    return 1\n', 'app.py:1 has a syntax error: correct it.'],
    [
      'with another name',
      'def main(event, context):\n    return 1\n',
      'app.py does not define "handler", which the handler names: correct handler.',
    ],
  ])('%s', async (_what, text, sentence) => {
    const folder = await workspaceOf({
      'reef.yaml': reefYaml({ handler: 'app.handler', runtime: 'python3.13' }),
      'app.py': text,
    });
    await failsWith(packed(folder, 'fn'), 'package-failed', sentence);
  });
});
