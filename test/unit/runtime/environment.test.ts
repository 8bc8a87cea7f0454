import { describe, expect, it } from 'vitest';
import { outcomeOfExit } from '../../../src/engine/runtime/exit.ts';
import { sandboxEnvironment } from '../../../src/engine/runtime/environment.ts';
import type { FunctionInfo } from '../../../src/protocol/functions.ts';

const fn: Pick<FunctionInfo, 'name' | 'source' | 'runtime' | 'environment'> = {
  name: 'orders',
  source: 'sam',
  runtime: 'python3.12',
  environment: { TABLE: 't', PATH: '/own', _HANDLER: 'no' },
};

function environment(ours: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const request = { function: fn, codeRoot: '/code', handlerFile: '/code/a.py', handler: 'a.handler', memoryMb: 256 };
  return sandboxEnvironment({ ...request, runtimeApi: '127.0.0.1:1/token', sandboxId: 'id' }, ours);
}

describe('sandboxEnvironment', () => {
  it('passes what programs and AWS SDKs need, whatever the case, and nothing else', () => {
    const env = environment({
      Path: '/bin',
      SystemRoot: 'C:',
      LC_ALL: 'C',
      https_proxy: 'p',
      AWS_PROFILE: 'dev',
      SECRET: 's',
      NODE_OPTIONS: 'o',
    });
    expect(env).toMatchObject({ Path: '/bin', SystemRoot: 'C:', LC_ALL: 'C', https_proxy: 'p', AWS_PROFILE: 'dev' });
    expect(env).not.toHaveProperty('SECRET');
    expect(env).not.toHaveProperty('NODE_OPTIONS');
  });

  it('lets a function set its own variables, but not those that Lambda reserves', () => {
    expect(environment({ PATH: '/bin', AWS_LAMBDA_FUNCTION_NAME: 'outer' })).toMatchObject({
      TABLE: 't',
      PATH: '/own',
      _HANDLER: 'a.handler',
      LAMBDA_TASK_ROOT: '/code',
      AWS_LAMBDA_FUNCTION_NAME: 'orders',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_EXECUTION_ENV: 'AWS_Lambda_python3.12',
    });
  });

  it('has a region: ours, or the one that the SDKs would take', () => {
    expect(environment({})['AWS_REGION']).toBe('us-east-1');
    expect(environment({ AWS_DEFAULT_REGION: 'eu-west-1' })['AWS_REGION']).toBe('eu-west-1');
  });
});

describe('outcomeOfExit', () => {
  const exit = { code: null, signal: null, heapFull: false, overMemoryMb: null };

  it.for([
    [{ ...exit, code: 1 }, 'init', 'init-error'],
    [{ ...exit, code: 1 }, 'invoke', 'crashed'],
    [{ ...exit, signal: 'SIGSEGV' }, 'invoke', 'crashed'],
    [{ ...exit, signal: 'SIGKILL' }, 'invoke', 'oom'],
    [{ ...exit, code: 137 }, 'invoke', 'oom'],
    [{ ...exit, code: 134, heapFull: true }, 'invoke', 'oom'],
    [{ ...exit, signal: 'SIGABRT', heapFull: true }, 'init', 'oom'],
    [{ ...exit, signal: 'SIGKILL', overMemoryMb: 100 }, 'invoke', 'oom'],
  ] as const)('%o in %s is %s', ([how, phase, outcome]) => {
    expect(outcomeOfExit(how, phase).outcome).toBe(outcome);
  });
});
