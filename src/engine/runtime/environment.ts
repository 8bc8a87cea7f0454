import { tmpdir } from 'node:os';
import type { FunctionInfo } from '../../protocol/functions.ts';
import { withMachineValues } from '../functions/machine-values.ts';

/** What programs need to run at all, and to reach the network as the user does. Nothing else of the user's environment is passed on. */
const passedOn = new Set(
  [
    'PATH HOME USER LOGNAME TMPDIR TMP TEMP LANG LD_LIBRARY_PATH',
    'SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT USERPROFILE APPDATA LOCALAPPDATA PROGRAMDATA',
    'HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY SSL_CERT_FILE SSL_CERT_DIR NODE_EXTRA_CA_CERTS',
  ].flatMap((names) => names.split(' ')),
);

/** Credentials and settings of the AWS SDKs pass, so that a function which calls AWS works as it does under `sam local`. */
function passes(name: string): boolean {
  const upper = name.toUpperCase();
  return passedOn.has(upper) || upper.startsWith('LC_') || (upper.startsWith('AWS_') && !upper.startsWith('AWS_LAMBDA_'));
}

export type EnvironmentRequest = {
  function: Pick<FunctionInfo, 'name' | 'source' | 'runtime' | 'environment'>;
  /** Absolute path of the folder from which the handler is resolved. */
  codeRoot: string;
  /** Absolute. */
  handlerFile: string;
  /** As Lambda spells it, e.g. `src/app.handler`. */
  handler: string;
  memoryMb: number;
  /** Where the sandbox finds its Runtime API. */
  runtimeApi: string;
  sandboxId: string;
};

/**
 * Environment of a sandbox: what passes from ours, then the function's own variables, then those that Lambda reserves
 * (a function cannot override them there either).
 */
export function sandboxEnvironment(request: EnvironmentRequest, ours: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const fn = request.function;
  const region = ours['AWS_REGION'] ?? ours['AWS_DEFAULT_REGION'] ?? 'us-east-1';
  return {
    TMPDIR: tmpdir(),
    TZ: 'UTC',
    PYTHONUTF8: '1',
    ...Object.fromEntries(Object.entries(ours).filter(([name]) => passes(name))),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...ownVariables(fn, ours),
    ...(fn.runtime !== null && { AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime}` }),
    _HANDLER: request.handler,
    LAMBDA_TASK_ROOT: request.codeRoot,
    AWS_LAMBDA_RUNTIME_API: request.runtimeApi,
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(request.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `reef/[$LATEST]${request.sandboxId}`,
    REEF_HANDLER_FILE: request.handlerFile,
  };
}

/** Those of a `reef.yaml` may refer to ours; one that refers to nothing is left out. */
function ownVariables({ source, environment }: EnvironmentRequest['function'], ours: NodeJS.ProcessEnv): Record<string, string> {
  return source === 'reef' ? withMachineValues(environment, ours).values : environment;
}

/** ARN that the sandbox sees; the account is a placeholder, as in the local emulators. */
export function functionArn(fn: FunctionInfo, region: string): string {
  return `arn:aws:lambda:${region}:012345678912:function:${fn.name}`;
}
