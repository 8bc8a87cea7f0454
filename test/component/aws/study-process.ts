/** Opens a size of a deployed function, calls it and cleans up, in a process that a test may kill: `<url> <journals> <function>`. */
import { createAwsTarget } from '../../../src/engine/targets/aws/target.ts';

const [endpoint = '', journals = '', name = ''] = process.argv.slice(2);
const { signal } = new AbortController();
const place = { profile: null, region: 'us-east-1' };
const target = createAwsTarget({ place, endpoint, journals, log: { log: () => {} } });
const fn = await target.find?.(name, signal);
if (fn === undefined) throw new Error('Not found');
const sandbox = await target.open({ function: fn, memoryMb: 1024, architecture: 'x86_64' }, signal);
await sandbox.invoke({ payload: '{}', eventName: null }, signal);
await sandbox.close();
await target[Symbol.asyncDispose]();
