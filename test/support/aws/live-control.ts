import { randomUUID } from 'node:crypto';
import { type AwsReply, type AwsRequest, failure, passOn } from './request.ts';

type Alias = {
  Name: string;
  FunctionVersion: string;
  RoutingConfig?: { AdditionalVersionWeights?: Record<string, number> } | null;
};
type Update = Omit<Alias, 'Name'> & { RevisionId?: string };
type Fields = Record<string, unknown>;

export type LiveOptions = {
  moto: string;
  /** Where packages of functions can be read, by their names. */
  packagesUrl: () => string;
  /** What the rest of the control plane answers. */
  control: (request: AwsRequest) => Promise<AwsReply>;
};

/**
 * What the real service does with aliases and code and moto does not: revisions of aliases and their guard, versions that
 * aliases refer to cannot be deleted, the architecture that comes with the code, and the place of a package.
 */
export function createLiveControl({ moto, packagesUrl, control }: LiveOptions) {
  /** By function and alias. */
  const revisions = new Map<string, string>();
  /** By function, and by function and version. */
  const architectures = new Map<string, string>();

  function withRevision(functionName: string, alias: Alias): Alias & { RevisionId: string } {
    const key = `${functionName}:${alias.Name}`;
    const known = revisions.get(key) ?? randomUUID();
    revisions.set(key, known);
    return { ...alias, RevisionId: known };
  }

  async function aliasesOf(request: AwsRequest): Promise<Alias[]> {
    const url = `/2015-03-31/functions/${request.functionName}/aliases`;
    const reply = await passOn(moto, { ...request, method: 'GET', url, body: Buffer.alloc(0) });
    return (JSON.parse(reply.body.toString()) as { Aliases?: Alias[] }).Aliases ?? [];
  }

  async function updateAlias(request: AwsRequest, functionName: string): Promise<AwsReply> {
    const name = decodeURIComponent(request.path.split('/').at(-1) ?? '');
    const { RevisionId: wanted, ...changes } = JSON.parse(request.body.toString()) as Update;
    const known = (await aliasesOf(request)).find(({ Name }) => Name === name);
    if (known !== undefined && wanted !== undefined && wanted !== withRevision(functionName, known).RevisionId) {
      return failure(412, 'PreconditionFailedException', 'The Revision Id provided does not match the latest Revision Id.');
    }
    const weights = changes.RoutingConfig?.AdditionalVersionWeights ?? {};
    if (changes.FunctionVersion === '$LATEST' && Object.keys(weights).length > 0) {
      return failure(
        400,
        'InvalidParameterValueException',
        '$LATEST is not supported for an alias pointing to more than 1 version',
      );
    }
    // Moto would keep an empty routing, and the service has none then.
    if (Object.keys(weights).length === 0) changes.RoutingConfig = {};
    const reply = await passOn(moto, { ...request, body: Buffer.from(JSON.stringify(changes)) });
    if (reply.status >= 300) return reply;
    revisions.delete(`${functionName}:${name}`);
    return rewritten(reply, (alias) => withRevision(functionName, alias as Alias));
  }

  async function deleteVersion(request: AwsRequest, version: string): Promise<AwsReply> {
    const referring = (await aliasesOf(request)).find(
      ({ FunctionVersion, RoutingConfig }) =>
        FunctionVersion === version || version in (RoutingConfig?.AdditionalVersionWeights ?? {}),
    );
    if (referring === undefined) return control(request);
    const message = `Function version cannot be deleted: the alias ${referring.Name} refers to it`;
    return failure(409, 'ResourceConflictException', message);
  }

  async function updateCode(request: AwsRequest, functionName: string): Promise<AwsReply> {
    const { Architectures } = JSON.parse(request.body.toString()) as { Architectures?: string[] };
    const reply = await control(request);
    if (reply.status < 300 && Architectures?.[0] !== undefined) architectures.set(functionName, Architectures[0]);
    return withArchitecture(reply, functionName, '$LATEST');
  }

  async function publish(request: AwsRequest, functionName: string): Promise<AwsReply> {
    const reply = await control(request);
    const architecture = architectures.get(functionName);
    if (reply.status >= 300 || architecture === undefined) return reply;
    const { Version } = JSON.parse(reply.body.toString()) as { Version: string };
    architectures.set(`${functionName}:${Version}`, architecture);
    return withArchitecture(reply, functionName, Version);
  }

  function withArchitecture(reply: AwsReply, functionName: string, version: string): AwsReply {
    const architecture = architectures.get(version === '$LATEST' ? functionName : `${functionName}:${version}`);
    return architecture === undefined ? reply : rewritten(reply, (fields) => ({ ...fields, Architectures: [architecture] }));
  }

  function withPackage(reply: AwsReply, functionName: string): AwsReply {
    const location = `${packagesUrl()}/${functionName}`;
    return rewritten(reply, (fields) => ({ ...fields, Code: { RepositoryType: 'S3', Location: location } }));
  }

  return async function answer(request: AwsRequest): Promise<AwsReply> {
    const { action, functionName, query } = request;
    if (functionName === null) return control(request);
    const version = query.get('Qualifier') ?? '$LATEST';
    switch (action) {
      case 'UpdateAlias':
        return updateAlias(request, functionName);
      case 'DeleteAlias':
        revisions.delete(`${functionName}:${decodeURIComponent(request.path.split('/').at(-1) ?? '')}`);
        return control(request);
      case 'GetAlias':
      case 'CreateAlias':
        return rewritten(await control(request), (alias) => withRevision(functionName, alias as Alias));
      case 'ListAliases':
        return rewritten(await control(request), ({ Aliases }) => ({
          Aliases: ((Aliases as Alias[] | undefined) ?? []).map((alias) => withRevision(functionName, alias)),
        }));
      case 'DeleteFunction':
        return version === '$LATEST' ? control(request) : deleteVersion(request, version);
      case 'UpdateFunctionCode':
        return updateCode(request, functionName);
      case 'PublishVersion':
        return publish(request, functionName);
      case 'GetFunction':
        return withPackage(await control(request), functionName);
      case 'GetFunctionConfiguration':
      case 'UpdateFunctionConfiguration':
        return withArchitecture(await control(request), functionName, version);
      default:
        return control(request);
    }
  };
}

/** An answer that is no error, with other fields. */
function rewritten(reply: AwsReply, change: (fields: Fields) => Fields): AwsReply {
  if (reply.status >= 300) return reply;
  return { ...reply, body: JSON.stringify(change(JSON.parse(reply.body.toString()) as Fields)) };
}
