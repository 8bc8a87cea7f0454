/** One call of a handler: its context, and the three ways in which it may answer (promise, callback, return value). */
import { runtimeError } from './node-errors.mjs';
import { callStreaming } from './node-stream.mjs';

/** @returns {Promise<{error?: {value: unknown, type?: string}, body?: string, stream?: true}>} */
export async function invoke(handler, job, { streaming, meter, client }) {
  process.env._X_AMZN_TRACE_ID = job.traceId;
  const context = contextOf(job);
  let event;
  try {
    event = JSON.parse(job.payload);
  } catch (error) {
    return { error: { value: error, type: 'Runtime.UnmarshalError' } };
  }
  meter.start();
  if (streaming) return callStreaming(handler, event, context, { requestId: job.requestId, meter, client });
  const outcome = await call(handler, event, context);
  meter.stop();
  return 'error' in outcome ? outcome : stringify(outcome.value);
}

function stringify(value) {
  try {
    return { body: JSON.stringify(value === undefined ? null : value) ?? 'null' };
  } catch (error) {
    return {
      error: {
        value: runtimeError('Runtime.MarshalError', `Unable to stringify the response: ${error.message}`, error),
        type: 'Runtime.MarshalError',
      },
    };
  }
}

/** Settles once: later answers of the same call are ignored, as on AWS. */
function call(handler, event, context) {
  return new Promise((resolve) => {
    let pending = false;
    const succeed = (value) => finish({ value });
    const fail = (error) => finish({ error: { value: error, type: error?.reefType } });
    let whenEmpty = () => succeed(null);
    const onEmpty = () => whenEmpty();
    function finish(outcome) {
      process.removeListener('beforeExit', onEmpty);
      resolve(outcome);
    }
    process.on('beforeExit', onEmpty);

    const answer = (error, value) => (error === undefined || error === null ? succeed(value) : fail(error));
    const callback = (error, value) => {
      if (!context.callbackWaitsForEmptyEventLoop) answer(error, value);
      else if (!pending) {
        pending = true;
        whenEmpty = () => answer(error, value);
      }
    };
    context.succeed = (value) => succeed(value);
    context.fail = (error) => fail(error ?? 'handled');
    context.done = answer;

    let result;
    try {
      result = handler(event, context, callback);
    } catch (error) {
      return fail(error);
    }
    if (typeof result?.then === 'function') {
      whenEmpty = pending ? whenEmpty : () => fail(neverSettled());
      result.then(succeed, fail);
    } else if (result !== undefined && handler.length < 3) {
      succeed(result);
    }
  });
}

function neverSettled() {
  const why = 'The event loop is empty and the promise that the handler returned was never settled.';
  return runtimeError('Runtime.NodeJsExit', why);
}

function contextOf(job) {
  const { env } = process;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: undefined,
    identity: undefined,
    invokedFunctionArn: job.functionArn,
    awsRequestId: job.requestId,
    getRemainingTimeInMillis: () => Math.max(0, job.deadlineMs - Date.now()),
  };
}
