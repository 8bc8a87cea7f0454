import { describe, expect, it } from 'vitest';
import { nothingMeasured, readError, readMeasurement } from '../../../src/engine/runtime/wire.ts';

describe('readMeasurement', () => {
  it('takes what a shim measured; what it did not is null', () => {
    expect(readMeasurement('{"durationMs":1.5,"gcMs":null,"unknown":1}')).toEqual({ ...nothingMeasured, durationMs: 1.5 });
  });

  it.for([undefined, '', '{', '[]', '{"durationMs":"1"}', '{"durationMs":1e999}'])(
    'is nothing measured for anything else: %s',
    (text) => {
      expect(readMeasurement(text)).toEqual(nothingMeasured);
    },
  );
});

describe('readError', () => {
  it('reads what Node and what Python runtimes send', () => {
    const node = readError('{"errorType":"TypeError","errorMessage":"no","trace":["TypeError: no","    at x"]}', undefined);
    expect(node).toEqual({ type: 'TypeError', message: 'no', stack: ['TypeError: no', '    at x'] });
    const python = readError(
      '{"errorType":"KeyError","errorMessage":"\'a\'","requestId":"1","stackTrace":["  File"]}',
      'KeyError',
    );
    expect(python).toEqual({ type: 'KeyError', message: "'a'", stack: ['  File'] });
  });

  it('takes the type from the header when the body says nothing', () => {
    expect(readError('not JSON', 'Runtime.Failed')).toEqual({ type: 'Runtime.Failed', message: '', stack: [] });
    expect(readError('', undefined).type).toBe('Runtime.Unknown');
  });

  it('is bounded', () => {
    const huge = {
      errorType: 'x'.repeat(1e4),
      errorMessage: 'y'.repeat(1e6),
      trace: Array.from({ length: 1e3 }, () => 'z'.repeat(1e4)),
    };
    expect(JSON.stringify(readError(JSON.stringify(huge), undefined)).length).toBeLessThan(60_000);
  });
});
