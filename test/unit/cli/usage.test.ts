import { describe, expect, it } from 'vitest';
import { usage, usageOf } from '../../../src/cli/usage.ts';

describe('the usage', () => {
  it('of a command is its own lines, whole, and where the rest is', () => {
    expect(usageOf('trace')).toBe(`Usage
  reef trace <function> [options]               the memory of a function over time, its cost and what of it is
                                                paid for nothing
  reef trace --image IMAGE [options] [-- ARGUMENT …]
                                                the same of a program in a container

"reef --help" lists all commands and options.`);
    expect(usageOf('logs').match(/^ {2}reef logs /gm)).toHaveLength(4);
  });

  it('of what is no command is all of it', () => {
    for (const name of [undefined, 'nope', 'reef', 'prof']) expect(usageOf(name)).toBe(usage);
  });
});
