import { describe, expect, it } from 'vitest';
import { bothErrors, isCancelled, messageOf, ReefError } from '../../../src/protocol/errors.ts';

/** What `await using` makes of work and a clean-up that both fail. */
async function failTwice(work: Error, cleanUp: Error): Promise<unknown> {
  try {
    await using _resource = {
      [Symbol.asyncDispose]: () => Promise.reject(cleanUp),
    };
    throw work;
  } catch (error) {
    return error;
  }
}

const cleanUp = new ReefError('service-failed', 'The alias could not be removed: run "reef recover".');

describe('an error of work whose clean-up fails too', () => {
  it('tells both, with the code of the work', async () => {
    const error = await failTwice(new ReefError('no-credentials', 'The credentials have expired: sign in.'), cleanUp);
    expect(messageOf(error)).toBe('The credentials have expired: sign in. The alias could not be removed: run "reef recover".');
    expect(bothErrors(error)).toMatchObject({ name: 'ReefError', code: 'no-credentials', cause: error });
  });

  it('is no mere cancellation: what is left behind is told', async () => {
    const error = await failTwice(new ReefError('cancelled', 'Cancelled.'), cleanUp);
    expect(isCancelled(bothErrors(error))).toBe(false);
    expect(bothErrors(error)).toMatchObject({ code: 'service-failed', message: expect.stringContaining('reef recover') });
  });

  it('is the error of the work where only the clean-up was cancelled', async () => {
    const work = new ReefError('function-failed', 'It failed.');
    expect(bothErrors(await failTwice(work, new ReefError('cancelled', 'Cancelled.')))).toBe(work);
  });
});
