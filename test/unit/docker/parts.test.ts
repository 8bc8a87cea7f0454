import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isNeeded, parseLdconfig, parseLdd } from '../../../src/engine/targets/docker/base-files.ts';
import { codePlace } from '../../../src/engine/targets/docker/code.ts';
import { passedToContainer } from '../../../src/engine/targets/docker/environment.ts';
import { isOrphan, ownLabels } from '../../../src/engine/targets/docker/labels.ts';
import { containersOn, remoteHost } from '../../../src/engine/targets/docker/network.ts';

describe('labels', () => {
  const others = { ...ownLabels(), 'dev.reef.engine': 'another' };

  it('tell what a process that has ended left', () => {
    expect(isOrphan({ ...others, 'dev.reef.pid': '4711' }, () => false)).toBe(true);
    expect(isOrphan({ ...others, 'dev.reef.pid': '4711' }, () => true)).toBe(false);
  });

  it('tell an earlier process that had the same id', () => {
    expect(isOrphan(others, () => true)).toBe(true);
    expect(isOrphan(ownLabels('fn'), () => false)).toBe(false);
  });

  it("leave other machines' containers alone", () => {
    expect(isOrphan({ ...others, 'dev.reef.host': `not-${hostname()}` }, () => false)).toBe(false);
    expect(isOrphan({}, () => false)).toBe(false);
  });
});

describe('the place of an engine', () => {
  it.for([
    [undefined, null],
    ['unix:///var/run/docker.sock', null],
    ['tcp://localhost:2375', null],
    ['tcp://127.0.0.1:2375', null],
    ['tcp://build.example:2376', { host: 'build.example', port: 2376 }],
    ['ssh://me@build.example', { host: 'build.example', port: 22 }],
    ['tcp://[fd00::1]:2375', { host: 'fd00::1', port: 2375 }],
  ] as const)('is read from DOCKER_HOST: %s', ([text, expected]) => {
    expect(remoteHost(text)).toEqual(expected);
  });
});

it.for([
  ['172.18.0.2', true],
  ['172.18.255.254', true],
  ['172.18.0.1', false],
  ['172.17.0.2', false],
  ['127.0.0.1', false],
  ['::1', false],
  ['', false],
] as const)('a listener takes connections of its own network only: %s', ([address, expected]) => {
  expect(containersOn({ gateway: '172.18.0.1', subnet: '172.18.0.0/16' })(address)).toBe(expected);
});

describe('code in a container', () => {
  const folder = join('/', 'home', 'me', 'shop');

  const here = { isLocal: true, log: { log: () => {} } };

  it('is below the task folder as it is below the workspace, and back', async () => {
    const codeRoot = join(folder, 'src');
    const place = await codePlace(folder, { codeRoot, handlerFile: join(codeRoot, 'app.js'), language: 'node' }, here);
    expect(place.toContainer(join(folder, 'src', 'app.js'))).toBe('/var/task/src/app.js');
    expect(place.toLocal('/var/task/src/app.js')).toBe(join(folder, 'src', 'app.js'));
    expect(place.toLocal('/opt/layer/x.js')).toBe('/opt/layer/x.js');
  });

  it('is the code root alone where that is outside of the workspace', async () => {
    const codeRoot = join('/', 'home', 'me', 'other');
    const place = await codePlace(folder, { codeRoot, handlerFile: join(codeRoot, 'app.py'), language: 'python' }, here);
    expect(place.base).toBe(codeRoot);
    expect(place.toContainer(codeRoot)).toBe('/var/task');
  });

  it('gets AWS settings of ours, and no path of this machine', () => {
    const ours = { PATH: '/bin', HOME: '/root', AWS_PROFILE: 'me', AWS_CONFIG_FILE: '/root/x', SECRET: 's' };
    expect(passedToContainer(ours)).toEqual({ AWS_PROFILE: 'me', TMPDIR: '/tmp', LANG: 'en_US.UTF-8' });
  });
});

describe('what a base image is made of', () => {
  const ldd = [
    '\tlinux-vdso.so.1 (0x00007ffd)',
    '\tlibstdc++.so.6 => /lib/x86_64-linux-gnu/libstdc++.so.6 (0x00007f9b68600000)',
    '\t/lib64/ld-linux-x86-64.so.2 (0x00007f9b68a77000)',
  ].join('\n');

  it('are the libraries that ldd lists, and the loader', () => {
    expect(parseLdd(ldd, 'node')).toEqual(['/lib/x86_64-linux-gnu/libstdc++.so.6', '/lib64/ld-linux-x86-64.so.2']);
    expect(parseLdd('\tstatically linked', 'node')).toEqual([]);
  });

  it('is refused when a library is missing', () => {
    expect(() => parseLdd('\tlibpython3.so => not found', 'python')).toThrow(
      'python needs libpython3.so, which is not on this machine.',
    );
  });

  it('are common libraries where the system has them', () => {
    const list = '\tlibm.so.6 (libc6,x86-64, OS ABI: Linux 3.2.0) => /lib/libm.so.6\n\tlibm.so.6 (libc6) => /lib32/libm.so.6\n';
    expect(parseLdconfig(list, ['libm.so.6', 'libdl.so.2'])).toEqual(['/lib/libm.so.6']);
  });

  it('are no packages, tests or caches of Python', () => {
    expect(isNeeded('json/decoder.py')).toBe(true);
    expect(
      ['site-packages/x.py', 'test/support.py', 'json/__pycache__/x.pyc', 'config-3.11-x86_64/libpython.a'].some(isNeeded),
    ).toBe(false);
  });
});
