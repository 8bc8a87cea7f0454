import { type AwsReply, type AwsRequest, json, passOn } from '../request.ts';

/** A real registry that stands in for that of ECR: `127.0.0.1:<port>`, with the login that moto gives. */
export type RegistryPlace = { host: string; user: string; password: string };

const manifestTypes = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
].join(', ');

/** Digest of an image, `sha256:…`; null where the registry has none of that name and tag or digest. */
export async function digestOf({ host, user, password }: RegistryPlace, repository: string, reference: string) {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const answer = await fetch(`http://${host}/v2/${repository}/manifests/${reference}`, {
    method: 'HEAD',
    headers: { authorization, accept: manifestTypes },
  });
  return answer.ok ? answer.headers.get('docker-content-digest') : null;
}

async function deleteImage(place: RegistryPlace, repository: string, digest: string): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${place.user}:${place.password}`).toString('base64')}`;
  await fetch(`http://${place.host}/v2/${repository}/manifests/${digest}`, { method: 'DELETE', headers: { authorization } });
}

/** ECR: repositories are moto's, their images those of the real registry. */
export async function answerEcr(moto: string, place: RegistryPlace, request: AwsRequest): Promise<AwsReply> {
  const asked = JSON.parse(request.body.toString()) as { repositoryName?: string; imageIds?: { imageTag?: string }[] };
  const { repositoryName = '', imageIds: [{ imageTag = '' } = {}] = [] } = asked;
  if (request.action === 'DescribeImages' || request.action === 'BatchDeleteImage') {
    const exists = await passOn(moto, as(request, 'DescribeRepositories', { repositoryNames: [repositoryName] }));
    if (exists.status >= 300) return exists;
    const digest = await digestOf(place, repositoryName, imageTag);
    if (request.action === 'BatchDeleteImage') {
      if (digest !== null) await deleteImage(place, repositoryName, digest);
      return json(200, { imageIds: digest === null ? [] : [{ imageDigest: digest, imageTag }], failures: [] });
    }
    if (digest !== null) return json(200, { imageDetails: [{ repositoryName, imageDigest: digest, imageTags: [imageTag] }] });
    return json(400, {
      __type: 'ImageNotFoundException',
      message: `The image with imageId {imageTag:'${imageTag}'} does not exist`,
    });
  }
  const reply = await passOn(moto, request);
  const text = reply.body.toString().replaceAll(/(?:https:\/\/)?\d{12}\.dkr\.ecr\.[\w-]+\.amazonaws\.com/g, place.host);
  return { ...reply, body: text };
}

function as(request: AwsRequest, action: string, body: object): AwsRequest {
  const headers = { ...request.headers, 'x-amz-target': `AmazonEC2ContainerRegistry_V20150921.${action}` };
  return { ...request, headers, body: Buffer.from(JSON.stringify(body)) };
}
