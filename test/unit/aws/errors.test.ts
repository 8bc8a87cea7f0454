import { describe, expect, it } from 'vitest';
import { explained } from '../../../src/engine/targets/aws/errors.ts';

const request = { action: 'lambda:PublishVersion', resource: 'f', place: { profile: 'dev', region: 'eu-west-1' } };

function named(name: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { name, ...more });
}

describe('an error of AWS', () => {
  it.for([
    [
      named('CredentialsProviderError', 'Could not load credentials from any providers'),
      'no-credentials',
      'There are no usable credentials in the profile "dev": sign in with aws sso login --profile dev, or add them with aws configure --profile dev.',
    ],
    [
      named(
        'CredentialsProviderError',
        'The SSO session associated with this profile has expired. To refresh this SSO session run…',
      ),
      'no-credentials',
      'The sign-in of aws:dev/eu-west-1 has expired: sign in again with aws sso login --profile dev, or renew the keys.',
    ],
    [
      named('ExpiredTokenException', 'The security token included in the request is expired'),
      'no-credentials',
      'The credentials of aws:dev/eu-west-1 have expired: sign in again with aws sso login --profile dev, or renew the keys.',
    ],
    [
      named('UnrecognizedClientException', 'The security token included in the request is invalid.'),
      'no-credentials',
      'AWS does not accept the credentials of aws:dev/eu-west-1: check the keys, the clock of this machine, and that the region is enabled for the account.',
    ],
    [
      named('AccessDeniedException', 'User: arn:aws:iam::1:user/x is not authorized to perform: kms:Decrypt on resource: k'),
      'access-denied',
      'aws:dev/eu-west-1 may not do lambda:PublishVersion on f: allow kms:Decrypt in the IAM policy of its role or user.',
    ],
    [
      named('AccessDeniedException', 'explicit deny'),
      'access-denied',
      'aws:dev/eu-west-1 may not do lambda:PublishVersion on f: allow lambda:PublishVersion in the IAM policy of its role or user.',
    ],
    [
      named('TooManyRequestsException', 'Rate exceeded'),
      'throttled',
      'AWS throttled lambda:PublishVersion on f and went on doing so: try again in a minute.',
    ],
    [
      named('Error', 'Region is missing'),
      'no-credentials',
      'aws:dev/eu-west-1 names no region: add one (aws:dev/eu-west-1), or set AWS_REGION.',
    ],
    [
      named('Error', 'getaddrinfo ENOTFOUND lambda.eu-west-9.amazonaws.com', { code: 'ENOTFOUND' }),
      'unreachable',
      'AWS could not be reached for lambda:PublishVersion on f (ENOTFOUND): check the network, the region and AWS_ENDPOINT_URL.',
    ],
    [
      named('CodeStorageExceededException', 'Code storage limit exceeded.\nmore'),
      'service-failed',
      'AWS refused lambda:PublishVersion on f: CodeStorageExceededException: Code storage limit exceeded.',
    ],
    [
      named('TypeError', 'Invalid URL', { code: 'ERR_INVALID_URL', input: 'localhost' }),
      'invalid-settings',
      'The endpoint "localhost" is no URL such as http://127.0.0.1:4566: check AWS_ENDPOINT_URL, or the setting reef.aws.endpoint.',
    ],
    [named('AbortError', 'Request aborted'), 'cancelled', 'Cancelled during lambda:PublishVersion on f.'],
  ] as const)('is one sentence that says what to do: %s', ([error, code, message]) => {
    expect(explained(error, request)).toMatchObject({ code, message, cause: error });
  });
});
