/** Changes a deployed function in a process that a test may kill: `<url> <journals> <function> <action as JSON>`. */
import { createAwsTarget } from '../../../../src/engine/targets/aws/target.ts';
import type { SizedAction } from '../../../../src/engine/targets/live-settings.ts';

const [endpoint = '', journals = '', name = '', action = ''] = process.argv.slice(2);
const { signal } = new AbortController();
const place = { profile: null, region: 'us-east-1' };
const target = createAwsTarget({ place, endpoint, journals, log: { log: () => {} } });
const fn = await target.find?.(name, signal);
if (fn === undefined || target.live === undefined) throw new Error('Not found');
const step = await target.live.plan(fn, JSON.parse(action) as SizedAction, signal);
await step.apply(signal);
await target[Symbol.asyncDispose]();
