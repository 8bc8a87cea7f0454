import { ErrorCodes, LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { Log } from '../engine/studies/ports.ts';
import { bothErrors, isCancelled, messageOf, ReefError, type ReefErrorCode } from '../protocol/errors.ts';
import { detailsOf } from './log.ts';

export type ErrorData = { code: ReefErrorCode };

/** An error as the client gets it: the sentence as message, the code as data; what nobody foresaw goes to the log. */
export function toResponseError(failed: unknown, method: string, log: Log): ResponseError<ErrorData> {
  const error = bothErrors(failed);
  if (isCancelled(error)) return new ResponseError(LSPErrorCodes.RequestCancelled, messageOf(error), { code: 'cancelled' });
  if (error instanceof ReefError) {
    if (error.cause !== undefined) log.log('debug', `${method}: ${detailsOf(error)}`);
    return new ResponseError(LSPErrorCodes.RequestFailed, error.message, { code: error.code });
  }
  log.log('error', `${method}: ${detailsOf(error)}`);
  return new ResponseError(ErrorCodes.InternalError, `Reef failed unexpectedly, its log has the details: ${messageOf(error)}`, {
    code: 'internal',
  });
}
