import { readFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readBinary } from '../../../../src/engine/functions/native/binary.ts';
import { blocking, mayBeNative, nativeFiles } from '../../../../src/engine/functions/native/native-files.ts';
import { scanArchive } from '../../../../src/engine/functions/native/scan-archive.ts';
import { scanFolder } from '../../../../src/engine/functions/native/scan-folder.ts';
import { wheelPlatforms } from '../../../../src/engine/functions/native/wheel.ts';
import { elf, machO, pe } from '../../../support/binaries.ts';
import { workspaceWith } from '../../../support/cli.ts';

const never = new AbortController().signal;
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe('the header of a binary', () => {
  it.each([
    ['ELF', elf('x86_64'), { format: 'elf', architectures: ['x86_64'] }],
    ['ELF', elf('arm64'), { format: 'elf', architectures: ['arm64'] }],
    ['ELF of another processor', elf(8), { format: 'elf', architectures: [] }],
    ['PE', pe('x86_64'), { format: 'pe', architectures: ['x86_64'] }],
    ['PE', pe('arm64'), { format: 'pe', architectures: ['arm64'] }],
    ['Mach-O', machO('arm64'), { format: 'mach-o', architectures: ['arm64'] }],
    ['Mach-O for several', machO('x86_64', 'arm64'), { format: 'mach-o', architectures: ['x86_64', 'arm64'] }],
  ])('%s tells what it was built for', (_name, bytes, expected) => {
    expect(readBinary(bytes)).toEqual(expected);
  });

  it('is that of this very program, too', async () => {
    const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
    const head = (await readFile(process.execPath)).subarray(0, 4096);
    expect(readBinary(head)?.architectures).toContain(architecture);
  });

  it.each([
    ['a class of Java', Uint8Array.from([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 65])],
    ['a text', text('#!/bin/sh\necho hello to all who read this far, and further\n')],
    ['nothing', new Uint8Array()],
    ['an ELF that is cut short', elf('x86_64').subarray(0, 10)],
    ['a PE that points nowhere', pe('x86_64').subarray(0, 64)],
  ])('is none in %s', (_name, bytes) => {
    expect(readBinary(bytes)).toBeNull();
  });

  it('is read without failing from whatever bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => readBinary(bytes)).not.toThrow();
      }),
    );
    const starts = [elf('x86_64'), pe('x86_64'), machO('x86_64', 'arm64')];
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.nat(100), fc.uint8Array({ maxLength: 20 }), (bytes, at, other) => {
        const changed = Uint8Array.from(bytes);
        changed.set(other.subarray(0, Math.max(0, changed.length - at)), Math.min(at, changed.length));
        expect(() => readBinary(changed)).not.toThrow();
      }),
    );
  });
});

describe('the tags of a wheel', () => {
  it.each([
    ['Tag: cp313-cp313-manylinux_2_17_x86_64\nTag: cp313-cp313-manylinux2014_x86_64\n', ['linux x86_64', 'linux x86_64']],
    ['Tag: cp312-abi3-manylinux_2_17_aarch64.manylinux2014_aarch64\r\n', ['linux arm64', 'linux arm64']],
    ['Tag: cp312-cp312-musllinux_1_2_i686\n', ['linux null']],
    ['Tag: cp312-cp312-macosx_11_0_arm64\nTag: cp312-cp312-win_amd64\n', ['macos arm64', 'windows x86_64']],
    ['Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n', []],
    ['Tag: nonsense\n', []],
  ])('%j', (file, expected) => {
    expect(wheelPlatforms(file).map(({ system, architecture }) => `${system} ${architecture}`)).toEqual(expected);
  });
});

describe('native files of a package', () => {
  it.each([
    ['node_modules/sharp/build/sharp.node', true],
    ['numpy/core/_multiarray.cpython-313-x86_64-linux-gnu.so', true],
    ['lib/libvips.so.42.17.1', true],
    ['bootstrap', true],
    ['numpy-2.1.0.dist-info/WHEEL', true],
    ['node_modules/x/LICENSE', false],
    ['src/app.js', false],
    ['WHEEL', true],
  ])('%s may be one: %s', (path, expected) => {
    expect(mayBeNative(path)).toBe(expected);
  });

  it('keep it from another architecture only where nothing takes their place there', () => {
    const files = [
      ...nativeFiles('node_modules/@img/sharp-linux-x64/lib/sharp.node', elf('x86_64')),
      ...nativeFiles('node_modules/@img/sharp-linux-arm64/lib/sharp.node', elf('arm64')),
      ...nativeFiles('node_modules/only/build/only.node', elf('x86_64')),
      ...nativeFiles('node_modules/mac/prebuilds/darwin-x64/mac.node', machO('x86_64')),
      ...nativeFiles('numpy-2.1.0.dist-info/WHEEL', text('Tag: cp313-cp313-manylinux_2_17_x86_64\n')),
    ];
    const paths = (architecture: 'arm64' | 'x86_64') => blocking(files, architecture).map(({ path }) => path);
    expect(paths('arm64')).toEqual(['node_modules/only/build/only.node', 'numpy-2.1.0.dist-info/WHEEL']);
    expect(paths('x86_64')).toEqual([]);
  });

  it('are found in a folder and in an archive alike', async () => {
    const native = { 'a/lib.so': elf('arm64'), 'b/tool': elf('x86_64'), 'c.dist-info/WHEEL': text('Tag: py3-none-any\n') };
    const expected = [
      { path: 'a/lib.so', system: 'linux', architectures: ['arm64'] },
      { path: 'b/tool', system: 'linux', architectures: ['x86_64'] },
    ];
    const plain = { 'app.js': text('exports.handler = 1;'), 'd/notes': text('no binary') };
    expect(scanArchive(zipSync({ ...native, ...plain }))).toEqual(expected);
    await using workspace = await workspaceWith({ ...native, ...plain });
    expect(await scanFolder(workspace.folder, never)).toEqual({ files: expected, isComplete: true });
    expect(await scanFolder(`${workspace.folder}/none`, never)).toEqual({ files: [], isComplete: true });
  });

  it('of what is no archive are an error in a sentence', () => {
    expect(() => scanArchive(text('no zip'))).toThrow(/^The package is no zip archive that can be read: /);
  });
});
