import { durationMs, parse, runOptions, wholeNumber } from '../options.ts';
import { openEngine } from '../session.ts';
import { UsageError } from '../usage.ts';

const options = {
  workspace: runOptions.workspace,
  store: runOptions.store,
  node: runOptions.node,
  python: runOptions.python,
  target: runOptions.target,
  image: runOptions.image,
  port: { type: 'string' },
  concurrency: { type: 'string' },
  'retry-after': { type: 'string' },
} as const;

const defaultPort = 9_001;
const defaultConcurrency = 10;
/** As on AWS Lambda: a minute, then two. */
const defaultRetryMs = 60_000;

/** `reef serve`: until it is interrupted. */
export async function serveCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values } = parse(args, options, 0);
  const target = values.target ?? 'process';
  if (target !== 'process' && target !== 'docker') throw new UsageError('reef serve runs functions on process or docker.');
  const retryMs = durationMs(values['retry-after'], 'retry-after') ?? defaultRetryMs;
  await using engine = openEngine(values, true);
  const settings = {
    port: wholeNumber(values.port, 'port', 0) ?? defaultPort,
    concurrency: wholeNumber(values.concurrency, 'concurrency', 1) ?? defaultConcurrency,
    retryDelaysMs: [retryMs, 2 * retryMs],
  };
  const { url, close } = await engine.serve(target, settings, signal);
  console.log(`Lambda's Invoke API at ${url}: set AWS_ENDPOINT_URL_LAMBDA=${url}`);
  await interrupted(signal);
  await close();
  return 0;
}

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
