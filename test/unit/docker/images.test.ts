import { describe, expect, it } from 'vitest';
import { chosenImage, officialImage } from '../../../src/engine/targets/docker/images.ts';
import { TransferProgress } from '../../../src/engine/targets/docker/pull.ts';
import { functionInfo } from '../../support/functions.ts';

describe('the image of a function', () => {
  it.for([
    ['nodejs22.x', 'public.ecr.aws/lambda/nodejs:22'],
    ['python3.12', 'public.ecr.aws/lambda/python:3.12'],
  ] as const)('is by default the official one: %s', ([runtime, image]) => {
    expect(officialImage(runtime)).toBe(image);
  });

  it('is the one chosen for it, its runtime, its language or all, in this order', () => {
    const images = { fn: 'own', 'nodejs22.x': 'runtime', node: 'language', '*': 'any' };
    expect(chosenImage(functionInfo({ name: 'fn' }), images)).toBe('own');
    expect(chosenImage(functionInfo({ name: 'fn' }), { 'nodejs22.x': 'runtime', node: 'language' })).toBe('runtime');
    expect(chosenImage(functionInfo({ name: 'fn' }), { node: 'language', '*': 'any' })).toBe('language');
    expect(chosenImage(functionInfo({ name: 'fn' }), { '*': 'any', python: 'other' })).toBe('any');
    expect(chosenImage(functionInfo({ name: 'fn' }), {})).toBeNull();
  });
});

describe('the progress of a pull', () => {
  it('adds up the layers that it knows', () => {
    const progress = new TransferProgress('Downloading', 'Download complete');
    const mb = 2 ** 20;
    progress.add({ status: 'Pulling from lambda/nodejs', id: '22' });
    progress.add({ id: 'a', status: 'Downloading', progressDetail: { current: 3 * mb, total: 10 * mb } });
    progress.add({ id: 'b', status: 'Downloading', progressDetail: { current: 1 * mb, total: 4 * mb } });
    expect(progress.text('image')).toBe('Pulling image: 4 of 14 MB');
    progress.add({ id: 'b', status: 'Download complete', progressDetail: {} });
    expect(progress.text('image')).toBe('Pulling image: 7 of 14 MB');
  });
});
