/**
 * Runs beside a Node handler, as its runtime: loads it, asks the Lambda Runtime API for work, measures each call.
 * Plain JavaScript without dependencies, for the workspace's own Node (18 or later). Never changes what the handler returns.
 */
import { createClient } from './node-client.mjs';
import { asError, errorBody } from './node-errors.mjs';
import { invoke } from './node-invoke.mjs';
import { loadedFiles, loadHandler } from './node-load.mjs';
import { createMeter } from './node-measure.mjs';
import { streamingMarker } from './node-stream.mjs';

const client = createClient(process.env.AWS_LAMBDA_RUNTIME_API);

// On Lambda what is printed is out when print returns; a pipe would keep it back, and a kill would lose it.
for (const stream of [process.stdout, process.stderr]) stream._handle?.setBlocking?.(true);

/** How an error that nobody caught is told; replaced as the sandbox goes from init to calls. */
let onUncaught = (error, type) => client.initError(errorBody(error, type));

/** The engine is gone, or wants no more of this sandbox. */
const leave = () => process.exit(0);

function failHard(error, type) {
  Promise.resolve(onUncaught(error, type)).then(() => process.exit(1), leave);
}
process.on('uncaughtException', (error) => failHard(error));
process.on('unhandledRejection', (reason) => failHard(asError(reason), 'Runtime.UnhandledPromiseRejection'));

let handler;
try {
  handler = await loadHandler(process.env);
} catch (error) {
  await client.initError(errorBody(error, error?.reefType)).catch(leave);
  process.exit(1);
}

let known = 0;
async function reportLoaded() {
  const files = loadedFiles();
  if (files.length === known) return;
  known = files.length;
  await client.loaded(files);
}

async function serve() {
  await reportLoaded();
  const streaming = handler[streamingMarker] === 'response';
  for (;;) {
    onUncaught = (error) => console.error('Uncaught between invocations:', error);
    const job = await client.next();
    const meter = createMeter();
    onUncaught = (error, type) => client.error(job.requestId, errorBody(error, type), meter.stop());
    const { error, body, stream } = await invoke(handler, job, { streaming, meter, client });
    if (error !== undefined) await client.error(job.requestId, errorBody(error.value, error.type), meter.stop());
    else if (stream === undefined) await client.response(job.requestId, body, meter.stop());
    await reportLoaded();
  }
}

serve().catch(leave);
