/** An engine in a process of its own, to be killed while a sandbox is open. Arguments: folder, function (JSON). */
import { createDockerTarget } from '../../../src/engine/targets/docker/target.ts';
import type { FunctionInfo } from '../../../src/protocol/functions.ts';

const [, , folder = '', fn = ''] = process.argv;
const images = { node: 'reef/base-node:local' };
const target = createDockerTarget({ folder, images, log: { log: () => {} } });
const { signal } = new AbortController();
const sandbox = await target.open({ function: JSON.parse(fn) as FunctionInfo, memoryMb: 512, architecture: 'x86_64' }, signal);
await sandbox.invoke({ payload: '{}', eventName: null }, signal);
console.log('open');
setInterval(() => {}, 1_000);
