import * as z from 'zod/mini';
import { isCancelled, messageOf, ReefError } from '../../../protocol/errors.ts';
import { type AwsPlace, targetName } from './place.ts';

const Status = z.object({ httpStatusCode: z.optional(z.number()) });

/** What was being asked for when an error came: the IAM action, and of what. */
export type Request = {
  /** As a policy spells it, e.g. `lambda:PublishVersion`. */
  action: string;
  /** Function, log group, …; absent where the action is about the whole account. */
  resource?: string;
  place: AwsPlace;
};

const expired = new Set(['ExpiredToken', 'ExpiredTokenException', 'RequestExpired', 'TokenRefreshRequired']);
const unknownKeys = new Set([
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'AuthFailure',
]);
const denied = new Set(['AccessDeniedException', 'AccessDenied', 'UnauthorizedOperation', 'NotAuthorized']);
const throttled = new Set(['TooManyRequestsException', 'ThrottlingException', 'Throttling', 'RequestLimitExceeded', 'SlowDown']);
const credentialErrors = new Set(['CredentialsProviderError', 'TokenProviderError', 'ProviderError']);
/** What is not there is then no function, but a part of one. */
const ofParts = new Set(['lambda:GetLayerVersion', 'lambda:UpdateAlias']);
const passing = new Set(['ServiceUnavailableException', 'InternalFailure', 'SessionStreamingException']);
const networkCodes = new Set(['ENOTFOUND', 'ECONNREFUSED', 'ECONNRESET', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'EPIPE']);

/** One sentence for what an AWS call ended with: what happened, where, and what to do next. Keeps ReefErrors as they are. */
export function explained(error: unknown, request: Request): ReefError {
  if (error instanceof ReefError) return error;
  const options = { cause: error };
  const { action, resource, place } = request;
  const what = resource === undefined ? action : `${action} on ${resource}`;
  const where = targetName(place);
  const name = error instanceof Error ? error.name : '';
  const text = messageOf(error);
  if (isCancelled(error)) return new ReefError('cancelled', `Cancelled during ${what}.`, options);
  if (credentialErrors.has(name) || text.startsWith('Could not load credentials')) return credentials(text, place, options);
  if (expired.has(name) || /security token .* expired/i.test(text)) {
    const how = signIn(place);
    return new ReefError('no-credentials', `The credentials of ${where} have expired: ${how}.`, options);
  }
  if (unknownKeys.has(name)) {
    const sentence = `AWS does not accept the credentials of ${where}: check the keys, the clock of this machine, and that the region is enabled for the account.`;
    return new ReefError('no-credentials', sentence, options);
  }
  if (denied.has(name)) {
    const sentence = `${where} may not do ${what}: allow ${deniedAction(text) ?? action} in the IAM policy of its role or user.`;
    return new ReefError('access-denied', sentence, options);
  }
  if (throttled.has(name)) {
    return new ReefError('throttled', `AWS throttled ${what} and went on doing so: try again in a minute.`, options);
  }
  if (name === 'ResourceNotFoundException' && action.startsWith('lambda:') && !ofParts.has(action)) {
    const sentence = `There is no function "${resource ?? ''}" in ${where}: check its name and the region.`;
    return new ReefError('no-such-function', sentence, options);
  }
  if (/Region is missing/.test(text)) {
    const sentence = `${where} names no region: add one (aws:${place.profile ?? ''}/eu-west-1), or set AWS_REGION.`;
    return new ReefError('no-credentials', sentence, options);
  }
  const address = invalidUrl(error);
  if (address !== null) {
    const sentence = `The endpoint "${address}" is no URL such as http://127.0.0.1:4566: check AWS_ENDPOINT_URL, or the setting reef.aws.endpoint.`;
    return new ReefError('invalid-settings', sentence, options);
  }
  const code = networkCode(error);
  if (code !== null) {
    const sentence = `AWS could not be reached for ${what} (${code}): check the network, the region and AWS_ENDPOINT_URL.`;
    return new ReefError('unreachable', sentence, options);
  }
  return new ReefError('service-failed', `AWS refused ${what}: ${name === '' ? '' : `${name}: `}${firstLine(text)}`, options);
}

/** The result of a call; what it throws is explained. */
export async function explaining<Result>(request: Request, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw explained(error, request);
  }
}

/** Whether the same request may work a little later: the service was busy or ill, or could not be reached. */
export function isPassing(error: unknown): boolean {
  const cause = error instanceof ReefError ? error.cause : error;
  if (!(cause instanceof Error)) return false;
  const metadata = '$metadata' in cause ? Status.safeParse(cause.$metadata) : null;
  const status = metadata?.data?.httpStatusCode ?? 0;
  return throttled.has(cause.name) || passing.has(cause.name) || status >= 500 || networkCode(cause) !== null;
}

function credentials(text: string, place: AwsPlace, options: ErrorOptions): ReefError {
  const where = targetName(place);
  if (/expired|SSO session|SSO Token|refresh/i.test(text)) {
    return new ReefError('no-credentials', `The sign-in of ${where} has expired: ${signIn(place)}.`, options);
  }
  const { profile } = place;
  if (profile !== null) {
    const sentence = `There are no usable credentials in the profile "${profile}": sign in with aws sso login --profile ${profile}, or add them with aws configure --profile ${profile}.`;
    return new ReefError('no-credentials', sentence, options);
  }
  const sentence = `There are no AWS credentials for ${where}: sign in with aws sso login, run aws configure, or set AWS_PROFILE.`;
  return new ReefError('no-credentials', sentence, options);
}

function signIn({ profile }: AwsPlace): string {
  return `sign in again with aws sso login${profile === null ? '' : ` --profile ${profile}`}, or renew the keys`;
}

/** The action that the service names as missing, which may be another than the one that was called (KMS, ECR, IAM). */
function deniedAction(text: string): string | null {
  return /not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)/.exec(text)?.[1] ?? null;
}

/** Whether AWS knows nothing of the keys: they are wrong, or those of an account that has not enabled the region. */
export function areUnknownKeys(error: unknown): boolean {
  const cause = error instanceof ReefError ? error.cause : error;
  return cause instanceof Error && unknownKeys.has(cause.name);
}

const InvalidUrl = z.object({ code: z.literal('ERR_INVALID_URL'), input: z.string() });

/** The endpoint that Node cannot read as a URL; null when the error is another. */
function invalidUrl(error: unknown): string | null {
  return InvalidUrl.safeParse(error).data?.input ?? null;
}

function networkCode(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  if (networkCodes.has(code)) return code;
  if (code === 'TimeoutError') return 'no answer in time';
  return error.cause === undefined ? null : networkCode(error.cause);
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').slice(0, 300);
}
