import { describe, expect, test } from 'vitest';
import { ResponseError } from 'vscode-languageserver/node';
import { failureOf } from '../../../src/extension/client/failure.ts';
import { parseResult } from '../../../src/extension/client/requests.ts';
import { ReefError } from '../../../src/protocol/errors.ts';

const gone = 'The engine stopped.';

describe('what went wrong with a request', () => {
  test('keeps the sentence and the code of the engine', () => {
    const failure = failureOf(new ResponseError(-32803, 'There is no function "x".', { code: 'no-such-function' }), gone);
    expect(failure).toBeInstanceOf(ReefError);
    expect([failure.code, failure.message]).toEqual(['no-such-function', 'There is no function "x".']);
  });

  test.each([-32800, -32802])('takes %d for cancelled', (code) => {
    expect(failureOf(new ResponseError(code, 'x'), gone).code).toBe('cancelled');
  });

  test.each([-32097, -32096])('says that the engine went away for %d', (code) => {
    expect(failureOf(new ResponseError(code, 'Pending response rejected'), gone).message).toBe(gone);
  });

  test('keeps any other error as it is, with its cause', () => {
    const cause = new Error('disk full');
    expect(failureOf(cause, gone)).toMatchObject({ code: 'internal', message: 'disk full', cause });
  });
});

describe('answers of the engine', () => {
  test('pass when they have the shape of the protocol', () => {
    expect(parseResult('runs', { runs: [] })).toEqual({ runs: [] });
  });

  test('are refused with the request and the place when they have not', () => {
    expect(() => parseResult('functions', { functions: 7 })).toThrow(/reef\/functions.*"functions"/);
  });
});
