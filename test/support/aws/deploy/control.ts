import { type AwsReply, type AwsRequest, failure, passOn } from '../request.ts';
import type { HeldCode, Holding, Sent } from './held.ts';
import { digestOf, type RegistryPlace } from './registry.ts';
import { createUrls } from './urls.ts';

type Fields = Record<string, unknown>;

export type DeployOptions = {
  moto: string;
  holding: Holding;
  /** Where packages can be read, by their hash. */
  packagesUrl: () => string;
  registry: () => RegistryPlace | null;
  /** What the rest of the control plane answers. */
  control: (request: AwsRequest) => Promise<AwsReply>;
};

/**
 * What the real service does with new functions and new code and moto does not: it keeps log format and temporary storage of each
 * version, gives each version's package, takes images by what the registry holds, and has URLs of aliases.
 */
export function createDeployControl({ moto, holding, packagesUrl, registry, control }: DeployOptions) {
  const urls = createUrls(async (request, name) => {
    const url = `/2015-03-31/functions/${name}/configuration`;
    const reply = await passOn(moto, { ...request, method: 'GET', url, body: Buffer.alloc(0) });
    return reply.status >= 300 ? null : (fieldsOf(reply)['FunctionArn'] as string);
  });

  async function codeOf({ ZipFile, ImageUri }: Sent): Promise<HeldCode | null> {
    if (ZipFile !== undefined) return { kind: 'zip', sha256: holding.keep(Buffer.from(ZipFile, 'base64')) };
    const [repositoryUri = '', digest = ''] = (ImageUri ?? '').split('@');
    const place = registry();
    const found = place === null ? null : await digestOf(place, repositoryUri.slice(place.host.length + 1), digest);
    if (found === null || ImageUri === undefined) return null;
    return { kind: 'image', sha256: found.replace('sha256:', ''), uri: ImageUri, resolvedUri: `${repositoryUri}@${found}` };
  }

  async function create(request: AwsRequest, name: string): Promise<AwsReply> {
    const sent = JSON.parse(request.body.toString()) as Sent;
    const code = await codeOf(sent.Code ?? {});
    if (code === null) return noImage(sent.Code?.ImageUri);
    const reply = await control(request);
    if (reply.status < 300) holding.create(name, sent, code);
    return held(reply, name);
  }

  async function updateCode(request: AwsRequest, name: string): Promise<AwsReply> {
    const sent = JSON.parse(request.body.toString()) as Sent;
    const code = await codeOf(sent);
    if (code === null) return noImage(sent.ImageUri);
    const reply = await control(request);
    if (reply.status < 300) holding.update(name, { code });
    return held(reply, name);
  }

  async function updateSettings(request: AwsRequest, name: string): Promise<AwsReply> {
    const { LoggingConfig, EphemeralStorage } = JSON.parse(request.body.toString()) as Sent;
    const reply = await control(request);
    if (reply.status < 300) {
      holding.update(name, {
        ...(LoggingConfig !== undefined && { LoggingConfig: { LogGroup: `/aws/lambda/${name}`, ...LoggingConfig } }),
        ...(EphemeralStorage !== undefined && { EphemeralStorage }),
      });
    }
    return held(reply, name);
  }

  async function publish(request: AwsRequest, name: string): Promise<AwsReply> {
    const reply = await control(request);
    if (reply.status < 300) holding.publish(name, fieldsOf(reply)['Version'] as string);
    return held(reply, name);
  }

  /** As the service gives it: tags, the state that the configuration has now, and where the code of that version is. */
  async function getFunction(request: AwsRequest, name: string): Promise<AwsReply> {
    const reply = await passOn(moto, request);
    if (reply.status >= 300) return reply;
    const query = request.query.size === 0 ? '' : `?${request.query.toString()}`;
    const url = `/2015-03-31/functions/${name}/configuration${query}`;
    const configuration = await configurationOf({ ...request, url, path: url, action: 'GetFunctionConfiguration' }, name);
    const fields = fieldsOf(configuration);
    const known = holding.of(name, fields['Version'] as string);
    if (known === undefined) return rewritten(await control(request), (all) => ({ ...all, Configuration: fields }));
    const { code } = known;
    const Code =
      code.kind === 'image'
        ? { RepositoryType: 'ECR', ImageUri: code.uri, ResolvedImageUri: code.resolvedUri }
        : { RepositoryType: 'S3', Location: `${packagesUrl()}/${encodeURIComponent(code.sha256)}` };
    return rewritten(reply, (all) => ({ ...all, Configuration: fields, Code }));
  }

  async function configurationOf(request: AwsRequest, name: string): Promise<AwsReply> {
    return held(await control(request), name);
  }

  function held(reply: AwsReply, name: string): AwsReply {
    return rewritten(reply, (fields) => ({ ...fields, ...heldFields(name, fields['Version'] as string) }));
  }

  function heldFields(name: string, version: string): Fields {
    const known = holding.of(name, version);
    if (known === undefined) return {};
    const { LoggingConfig, EphemeralStorage, code } = known;
    return { LoggingConfig, EphemeralStorage, CodeSha256: code.sha256 };
  }

  async function listVersions(request: AwsRequest, name: string): Promise<AwsReply> {
    return rewritten(await control(request), ({ Versions, ...rest }) => {
      const versions = Versions as Fields[];
      return { ...rest, Versions: versions.map((each) => ({ ...each, ...heldFields(name, each['Version'] as string) })) };
    });
  }

  async function remove(request: AwsRequest, name: string): Promise<AwsReply> {
    const reply = await control(request);
    const version = request.query.get('Qualifier');
    if (reply.status < 300) holding.delete(name, version);
    if (reply.status < 300 && version === null) urls.forget(name);
    return reply;
  }

  return async function answer(request: AwsRequest): Promise<AwsReply> {
    const { action, functionName: name } = request;
    if (name === null) return control(request);
    if (action.endsWith('FunctionUrlConfig') || action.endsWith('FunctionUrlConfigs')) return urls.answer(request, name);
    switch (action) {
      case 'CreateFunction':
        return create(request, name);
      case 'UpdateFunctionCode':
        return updateCode(request, name);
      case 'UpdateFunctionConfiguration':
        return updateSettings(request, name);
      case 'PublishVersion':
        return publish(request, name);
      case 'GetFunction':
        return getFunction(request, name);
      case 'GetFunctionConfiguration':
        return configurationOf(request, name);
      case 'ListVersionsByFunction':
        return listVersions(request, name);
      case 'DeleteFunction':
        return remove(request, name);
      default:
        return control(request);
    }
  };
}

function noImage(uri: string | undefined): AwsReply {
  return failure(
    400,
    'InvalidParameterValueException',
    `Source image ${uri ?? ''} does not exist. Provide a valid source image.`,
  );
}

function fieldsOf({ body }: AwsReply): Fields {
  return JSON.parse(body.toString()) as Fields;
}

function rewritten(reply: AwsReply, change: (fields: Fields) => Fields): AwsReply {
  return reply.status >= 300 ? reply : { ...reply, body: JSON.stringify(change(fieldsOf(reply))) };
}
