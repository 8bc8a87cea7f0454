import * as z from 'zod/mini';
import { ReefError, type ReefErrorCode, isCancelled } from '../../protocol/errors.ts';

/** Codes of JSON-RPC and LSP: the request was cancelled by the client, by the server, or because the content changed. */
const cancelledCodes = new Set([-32800, -32802, -32801]);
/** The connection closed while the answer was awaited, or was not there. */
const goneCodes = new Set([-32097, -32096, -32099]);

const RpcError = z.object({ code: z.number(), message: z.string(), data: z.optional(z.unknown()) });
const ErrorData = z.object({ code: z.string() });

/**
 * What went wrong with a request, as an error for people.
 * `goneSentence` is said when the engine went away before it could answer.
 */
export function failureOf(error: unknown, goneSentence: string): ReefError {
  if (error instanceof ReefError) return error;
  const rpc = RpcError.safeParse(error);
  if (isCancelled(error) || (rpc.success && cancelledCodes.has(rpc.data.code))) {
    return new ReefError('cancelled', 'Cancelled.', { cause: error });
  }
  if (rpc.success && goneCodes.has(rpc.data.code)) return new ReefError('internal', goneSentence, { cause: error });
  const message = error instanceof Error ? error.message : String(error);
  const data = rpc.success ? ErrorData.safeParse(rpc.data.data) : undefined;
  const code = data?.success === true ? (data.data.code as ReefErrorCode) : 'internal';
  return code === 'cancelled'
    ? new ReefError('cancelled', 'Cancelled.', { cause: error })
    : new ReefError(code, message, { cause: error });
}
