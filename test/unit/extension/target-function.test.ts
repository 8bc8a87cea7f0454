import { describe, expect, test } from 'vitest';
import { onTarget } from '../../../src/extension/commands/target-function.ts';
import { ReefError } from '../../../src/protocol/errors.ts';

const fn = { id: 'template.yaml#Thumbnail', name: 'Thumbnail' };

/** A target that knows these curves, and what was asked of it. */
function targetWith(...curves: string[]): { request: (id: string) => Promise<string>; asked: string[] } {
  const asked: string[] = [];
  const request = async (id: string): Promise<string> => {
    asked.push(id);
    const [only] = curves;
    if (id === '' && curves.length === 1 && only !== undefined) return only;
    if (id === '') throw new ReefError('ambiguous-function', `Which function? It has ${curves.join(', ')}.`);
    if (curves.includes(id)) return id;
    throw new ReefError('no-such-function', `There is no function "${id}".`);
  };
  return { request, asked };
}

const never = async (): Promise<string> => {
  throw new Error('Nobody should be asked.');
};

describe('the function on a target', () => {
  test('is the one of the workspace where the target runs the workspace', async () => {
    const { request, asked } = targetWith(fn.id);
    expect(await onTarget('process', fn, request, never)).toBe(fn.id);
    expect(asked).toEqual([fn.id]);
  });

  test('is the recorded curve of the same name', async () => {
    expect(await onTarget('replay:curves.csv', fn, targetWith('Other', 'Thumbnail').request, never)).toBe('Thumbnail');
  });

  test('is the only recorded curve when none has the name', async () => {
    expect(await onTarget('replay:curves.csv', fn, targetWith('Other').request, never)).toBe('Other');
  });

  test('is asked for, until one is named that exists', async () => {
    const { request, asked } = targetWith('fast', 'slow');
    const answers = ['fst', 'fast'];
    const questions: string[] = [];
    const ask = async (question: string): Promise<string> => {
      questions.push(question);
      return answers.shift() ?? '';
    };
    expect(await onTarget('replay:curves.csv', { id: '', name: 'replay:curves.csv' }, request, ask)).toBe('fast');
    expect(questions).toEqual(['Which function? It has fast, slow.', 'There is no function "fst".']);
    expect(asked).toEqual(['', 'fst', 'fast']);
  });

  test('passes on any other error, and the end of asking', async () => {
    const broken = async (): Promise<string> => {
      throw new ReefError('invalid-curve', 'Line 3 has no duration.');
    };
    await expect(onTarget('replay:curves.csv', fn, broken, never)).rejects.toThrow('Line 3');
    const cancel = async (): Promise<string> => {
      throw new ReefError('cancelled', 'Cancelled.');
    };
    await expect(onTarget('replay:c.csv', fn, targetWith('a', 'b').request, cancel)).rejects.toMatchObject({ code: 'cancelled' });
  });
});
