import { GetFunctionCommand, GetLayerVersionByArnCommand, LambdaClient, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda';
import { messageOf, ReefError } from '../../../protocol/errors.ts';
import { Architecture } from '../../../protocol/functions.ts';
import { type AwsOptions, clientConfig } from './client-config.ts';
import { explaining } from './errors.ts';

/** Code as Lambda takes it: a package, or an image of a registry that it reads. */
export type Code = { kind: 'zip'; bytes: Uint8Array } | { kind: 'image'; uri: string };

/** As the API takes it. */
export function codeInput(code: Code): { ZipFile: Uint8Array } | { ImageUri: string } {
  return code.kind === 'zip' ? { ZipFile: code.bytes } : { ImageUri: code.uri };
}

/** The packages of functions and what their layers say of themselves, each call with the IAM action that it needs. */
export class LambdaCode implements Disposable {
  private readonly options: AwsOptions;
  private readonly client: LambdaClient;

  constructor(options: AwsOptions) {
    this.options = options;
    this.client = new LambdaClient(clientConfig(options));
  }

  /**
   * The package of `$LATEST`, or of a published version, as it was uploaded.
   * @throws ReefError `access-denied`, and `service-failed` when its place cannot be read
   */
  async download(arn: string, signal: AbortSignal, version?: string): Promise<Uint8Array> {
    const command = new GetFunctionCommand({ FunctionName: arn, Qualifier: version });
    const location = await this.explain('lambda:GetFunction', arn, async () => {
      const { Code } = await this.client.send(command, { abortSignal: signal });
      return Code?.Location;
    });
    if (location === undefined) throw new ReefError('service-failed', `AWS names no place of the package of ${arn}.`);
    try {
      // The address is signed: it is a secret for as long as it holds, and no part of an error.
      const answer = await fetch(location, { signal });
      if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
      throw new Error(`status ${answer.status}`);
    } catch (cause) {
      if (signal.aborted) throw new ReefError('cancelled', `Cancelled while reading the package of ${arn}.`, { cause });
      throw new ReefError('service-failed', `The package of ${arn} could not be read: ${messageOf(cause)}.`);
    }
  }

  /** Gives `$LATEST` code for an architecture, if it is still the given revision. */
  async upload(
    arn: string,
    code: Code,
    architecture: Architecture,
    revisionId: string | null,
    signal: AbortSignal,
  ): Promise<void> {
    const command = new UpdateFunctionCodeCommand({
      FunctionName: arn,
      ...codeInput(code),
      Architectures: [architecture],
      ...(revisionId !== null && { RevisionId: revisionId }),
    });
    await this.explain('lambda:UpdateFunctionCode', arn, () => this.client.send(command, { abortSignal: signal }));
  }

  /** The architectures that a layer says it is for; empty when it does not say. */
  layerArchitectures(layerArn: string, signal: AbortSignal): Promise<Architecture[]> {
    return this.explain('lambda:GetLayerVersion', layerArn, async () => {
      const command = new GetLayerVersionByArnCommand({ Arn: layerArn });
      const { CompatibleArchitectures = [] } = await this.client.send(command, { abortSignal: signal });
      return CompatibleArchitectures.flatMap((name) => Architecture.safeParse(name).data ?? []);
    });
  }

  [Symbol.dispose](): void {
    this.client.destroy();
  }

  private explain<Result>(action: string, resource: string, call: () => Promise<Result>): Promise<Result> {
    return explaining({ action, resource, place: this.options.place }, call);
  }
}
