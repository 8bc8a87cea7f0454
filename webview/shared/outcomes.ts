import type { Outcome } from '../../src/protocol/samples.ts';

/** The words for how a call, or a program, ended. */
export const outcomes: Record<Outcome, string> = {
  ok: 'ok',
  error: 'handler error',
  'init-error': 'init error',
  timeout: 'timeout',
  oom: 'out of memory',
  crashed: 'crash',
  throttled: 'throttled',
  unavailable: 'service failed',
  cancelled: 'cancelled',
};
