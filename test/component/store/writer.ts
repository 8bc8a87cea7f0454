/**
 * A process that writes to a store: `node writer.ts <store> <function> <calls> <samples a call>`.
 * Says `ready` when the store is open, begins at a line on its input, and prints the id of each sample once it is kept.
 */
import { readSync, writeSync } from 'node:fs';
import { openStore } from '../../../src/engine/store/sqlite.ts';
import { functionNamed, newRun, newSample } from './rows.ts';

const [path = '', functionName = '', calls = '0', batch = '1'] = process.argv.slice(2);
const store = openStore(path);
store.saveFunction(functionNamed(functionName));
const run = store.startRun(newRun({ functionName }));
writeSync(1, `ready ${run.id}\n`);
readSync(0, Buffer.alloc(1));
for (let call = 0; call < Number(calls); call++) {
  const samples = Array.from({ length: Number(batch) }, (_, index) =>
    newSample(run.id, { sandboxSequence: call * Number(batch) + index }),
  );
  const ids = store.addSamples(samples).map(({ id }) => id);
  writeSync(1, ids.map((id) => `${id}\n`).join(''));
}
store.endRun(run.id, 'done', null);
store.close();
