/** An engine in a process of its own, to be killed: calls a function and prints what that prints. Arguments: folder, function (JSON). */
import { createProcessTarget } from '../../../src/engine/targets/process/target.ts';
import type { FunctionInfo } from '../../../src/protocol/functions.ts';

const [, , folder = '', fn = ''] = process.argv;
const onOutput = (_fn: FunctionInfo, { text }: { text: string }): void => console.log(text);
const target = createProcessTarget({ folder, nodePath: '', pythonPath: '', log: { log: () => {} }, onOutput });
const { signal } = new AbortController();
const sandbox = await target.open({ function: JSON.parse(fn) as FunctionInfo, memoryMb: null, architecture: 'x86_64' }, signal);
await sandbox.invoke({ payload: '{}', eventName: null }, signal);
