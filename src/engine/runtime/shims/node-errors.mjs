/** Errors in the form in which AWS's own Node runtime reports them. */
import { require } from './node-require.mjs';

const { types } = require('node:util');

/** An error of the runtime itself, with the type that AWS gives it. */
export function runtimeError(type, message, cause) {
  const error = new Error(message, { cause });
  error.reefType = type;
  if (cause?.stack !== undefined) error.stack = cause.stack;
  return error;
}

export function asError(reason) {
  return isError(reason) ? reason : new Error(describe(reason));
}

/** Whatever was thrown, as `{errorType, errorMessage, trace}`; `type` overrides the error's own name. */
export function errorBody(thrown, type) {
  const report = isError(thrown)
    ? { errorType: type ?? thrown.name, errorMessage: thrown.message, trace: String(thrown.stack ?? '').split('\n') }
    : { errorType: type ?? (thrown === null ? 'null' : typeof thrown), errorMessage: describe(thrown), trace: [] };
  report.errorType = String(report.errorType);
  report.errorMessage = String(report.errorMessage);
  // A header holds printable ASCII only.
  return { type: report.errorType.replace(/[^\x20-\x7e]/g, '?'), body: JSON.stringify(report) };
}

function isError(value) {
  return types.isNativeError(value) || value instanceof Error;
}

function describe(value) {
  try {
    return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
