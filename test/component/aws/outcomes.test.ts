import { describe, expect, it } from 'vitest';
import type { Attempt } from '../../../src/engine/targets/target.ts';
import type { Behaviour } from '../../support/aws/invoke.ts';
import { failure } from '../../support/aws/request.ts';
import { functionOf } from '../process/support.ts';
import { never, skipped, useAws } from './support.ts';

const aws = useAws();

/** One call of a function as it is deployed: nothing is changed for it. */
async function callOnce(name: string, behaviour: Partial<Behaviour>, payload = '{}', timeoutS = 20): Promise<Attempt> {
  await aws.deploy(name, behaviour, { MemorySize: 256, Timeout: timeoutS });
  const before = await aws.state(name);
  await using target = await aws.target();
  const fn = await target.find(name);
  await using sandbox = await target.open({ function: fn, memoryMb: 256, architecture: 'x86_64', asDeployed: true }, never);
  const attempt = await sandbox.invoke({ payload, eventName: null }, never);
  expect(await aws.state(name)).toBe(before);
  return attempt;
}

describe.skipIf(skipped !== null)('what a call on AWS ended with', () => {
  it.for(['Text', 'JSON'] as const)('is told by its answer and its report in %s', async (logFormat) => {
    const fn = functionOf('node', 'basic.js', 'echo');
    const ok = await callOnce('Echo', { function: fn, durationMs: () => 41.5, usedMb: 80, logFormat }, '{"n":7}');
    expect(ok.measurement).toMatchObject({
      outcome: 'ok',
      cold: true,
      durationMs: 41.5,
      initMs: 120,
      peakRssMb: 80,
      error: null,
    });
    expect(ok.measurement.roundTripMs).toBeGreaterThan(0);
    expect(ok.response).toBe('{"n":7}');
  });

  it.for(['Text', 'JSON'] as const)('tells lack of memory from other ends of the runtime in %s', async (logFormat) => {
    const killed = await callOnce('Killed', { usedMb: 300, logFormat });
    expect(killed.measurement).toMatchObject({ outcome: 'oom', peakRssMb: 256, error: { type: 'Runtime.ExitError' } });
    expect(killed.response).toBeNull();
    const exits = await callOnce('Exits', { function: functionOf('node', 'faults.js', 'exits'), usedMb: 60, logFormat });
    expect(exits.measurement).toMatchObject({ outcome: 'crashed', error: { type: 'Runtime.ExitError' } });
  });

  it.for(['Text', 'JSON'] as const)('tells a timeout, with its limit, in %s', async (logFormat) => {
    const late = await callOnce('Late', { durationMs: () => 9_000, logFormat }, '{}', 3);
    expect(late.measurement).toMatchObject({ outcome: 'timeout', durationMs: 3_000, error: { type: 'Sandbox.Timedout' } });
  });

  it('tells an error of the handler, and one of loading it', async () => {
    const throws = await callOnce('Throws', { function: functionOf('node', 'faults.js', 'throws') });
    expect(throws.measurement).toMatchObject({ outcome: 'error', error: { message: 'went wrong: ✗' } });
    const missing = await callOnce('Missing', { function: functionOf('node', 'missing-module.js', 'handler') });
    expect(missing.measurement).toMatchObject({ outcome: 'init-error', error: { type: 'Runtime.ImportModuleError' } });
  });

  it.for([
    [429, 'TooManyRequestsException', 'Rate Exceeded.', 'throttled'],
    [502, 'EC2ThrottledException', 'Lambda was throttled by EC2', 'throttled'],
    [500, 'ServiceException', 'Service encountered an error', 'unavailable'],
    [503, 'ServiceUnavailable', 'Try again', 'unavailable'],
  ] as const)('is no word about the function when the service refuses: %i %s', async ([status, type, message, outcome]) => {
    aws.emulator.faults.push({
      action: 'Invoke',
      times: 1,
      reply: failure(status, type, message, { Reason: 'ConcurrentInvocationLimitExceeded' }),
    });
    const calls = aws.emulator.actions.length;
    const { measurement } = await callOnce('Refused', {});
    expect(measurement).toMatchObject({ outcome, durationMs: null, error: { type } });
    expect(aws.emulator.actions.slice(calls).filter((action) => action === 'Invoke')).toHaveLength(1);
  });

  it('is unknown when the connection breaks, and the call is not made again', async () => {
    aws.emulator.faults.push({ action: 'Invoke', times: 1, reply: null });
    const calls = aws.emulator.actions.length;
    const { measurement } = await callOnce('Lost', {});
    expect(measurement).toMatchObject({ outcome: 'unavailable', durationMs: null });
    expect(aws.emulator.actions.slice(calls).filter((action) => action === 'Invoke')).toHaveLength(1);
  });

  it('is looked up in CloudWatch when the tail of the log has no report, whatever the clocks say', async () => {
    Object.assign(aws.emulator.settings, { truncateTails: true, clockSkewMs: -300_000 });
    const { measurement } = await callOnce('Chatty', { durationMs: () => 77, usedMb: 91 });
    expect(measurement).toMatchObject({ outcome: 'ok', durationMs: 77, peakRssMb: 91, cold: true });
    expect(aws.emulator.actions).toContain('FilterLogEvents');
  });

  it('is an error in one sentence when it would be the same the next time', async () => {
    const denial = 'User: arn:aws:iam::1:user/dev is not authorized to perform: lambda:InvokeFunction on resource: f';
    aws.emulator.faults.push({ action: 'Invoke', times: 1, reply: failure(403, 'AccessDeniedException', denial) });
    await expect(callOnce('Denied', {})).rejects.toMatchObject({
      code: 'access-denied',
      message: expect.stringMatching(/^aws:\/us-east-1 may not do lambda:InvokeFunction on .*: allow lambda:InvokeFunction in/),
    });
  });
});
