import { type CancellationToken, ErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type * as z from 'zod/mini';
import { toResponseError } from './response-error.ts';
import type { Services } from './services.ts';
import { firstIssue } from './validate.ts';

export type Definition<Params extends z.ZodMiniType, Result extends z.ZodMiniType> = {
  method: string;
  params: Params;
  result: Result;
};

/**
 * Answers one `reef/*` request: what comes in is validated, a ReefError becomes an error response with its code,
 * and the request's cancellation aborts the signal. What goes out is typed here and validated by the client:
 * a second check would cost 40 ms for 2,000 functions.
 */
export function answer<Params extends z.ZodMiniType, Result extends z.ZodMiniType>(
  { connection, log }: Services,
  { method, params }: Definition<Params, Result>,
  work: (params: z.infer<Params>, signal: AbortSignal) => Promise<z.infer<Result>>,
): void {
  connection.onRequest(method, async (sent: unknown, token: CancellationToken) => {
    const parsed = params.safeParse(sent);
    if (!parsed.success) {
      const message = `${method} cannot be answered: correct ${firstIssue(parsed.error)} of the request.`;
      return new ResponseError(ErrorCodes.InvalidParams, message, { code: 'internal' });
    }
    try {
      return await withSignal(token, (signal) => work(parsed.data, signal));
    } catch (error) {
      return toResponseError(error, method, log);
    }
  });
}

async function withSignal<Result>(token: CancellationToken, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  const listening = token.onCancellationRequested(() => controller.abort());
  try {
    return await work(controller.signal);
  } finally {
    listening.dispose();
  }
}
