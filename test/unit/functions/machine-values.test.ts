import { expect, test } from 'vitest';
import { withMachineValues } from '../../../src/engine/functions/machine-values.ts';
import { sandboxEnvironment } from '../../../src/engine/runtime/environment.ts';

const machine = { HOST: 'example.org', KEY: 's3cret', EMPTY: '' };

test('what refers to the machine is put in, also within a text and more than once', () => {
  const stated = { URL: 'https://${env:HOST}/${env:HOST}', KEY: '${env:KEY}', NONE: '${env:EMPTY}', PLAIN: '$HOME ${HOST}' };
  expect(withMachineValues(stated, machine)).toEqual({
    values: { URL: 'https://example.org/example.org', KEY: 's3cret', NONE: '', PLAIN: '$HOME ${HOST}' },
    missing: [],
  });
});

test('what refers to nothing is told and left out', () => {
  expect(withMachineValues({ A: '${env:HOST}${env:GONE}', B: 'b' }, machine)).toEqual({
    values: { B: 'b' },
    missing: [{ name: 'A', refersTo: 'GONE' }],
  });
});

test('a value of the machine is not read again for references', () => {
  expect(withMachineValues({ A: '${env:X}' }, { X: '${env:KEY} $&' }).values).toEqual({ A: '${env:KEY} $&' });
});

test('a function of a reef.yaml has them when it runs here, and one of another template has its text', () => {
  const request = { codeRoot: '/c', handlerFile: '/c/a.js', handler: 'a.b', memoryMb: 128, runtimeApi: 'x', sandboxId: 'x' };
  const of = (source: 'reef' | 'sam') =>
    sandboxEnvironment(
      { ...request, function: { name: 'f', source, runtime: null, environment: { OWN: '${env:KEY}', GONE: '${env:NO}' } } },
      machine,
    );
  expect(of('reef')).toMatchObject({ OWN: 's3cret' });
  expect(of('reef')).not.toHaveProperty('GONE');
  expect(of('sam')).toMatchObject({ OWN: '${env:KEY}', GONE: '${env:NO}' });
});
