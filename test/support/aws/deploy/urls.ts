import { randomBytes } from 'node:crypto';
import { type AwsReply, type AwsRequest, failure, json } from '../request.ts';

type UrlConfig = { FunctionUrl: string; FunctionArn: string; AuthType: string; CreationTime: string; InvokeMode: string };

/** Function URLs, which moto has one of for each function, and cannot list. */
export function createUrls(arnOf: (request: AwsRequest, name: string) => Promise<string | null>) {
  const byFunction = new Map<string, Map<string, UrlConfig>>();

  async function answer(request: AwsRequest, name: string): Promise<AwsReply> {
    const { action, query, body } = request;
    const arn = await arnOf(request, name);
    if (arn === null) return failure(404, 'ResourceNotFoundException', `Function not found: ${name}`);
    const urls = byFunction.get(name) ?? new Map<string, UrlConfig>();
    byFunction.set(name, urls);
    if (action === 'ListFunctionUrlConfigs') return json(200, { FunctionUrlConfigs: [...urls.values()] });
    const qualifier = query.get('Qualifier') ?? '';
    const known = urls.get(qualifier);
    const sent = body.length === 0 ? {} : (JSON.parse(body.toString()) as { AuthType?: string });
    if (action === 'CreateFunctionUrlConfig') {
      if (known !== undefined) return failure(409, 'ResourceConflictException', `FunctionUrlConfig exists for ${name}`);
      const made: UrlConfig = {
        FunctionUrl: `https://${randomBytes(16).toString('hex')}.lambda-url.us-east-1.on.aws/`,
        FunctionArn: qualifier === '' ? arn : `${arn}:${qualifier}`,
        AuthType: sent.AuthType ?? 'NONE',
        CreationTime: new Date().toISOString(),
        InvokeMode: 'BUFFERED',
      };
      urls.set(qualifier, made);
      return json(201, made);
    }
    if (known === undefined) return failure(404, 'ResourceNotFoundException', 'The resource you requested does not exist.');
    if (action === 'DeleteFunctionUrlConfig') {
      urls.delete(qualifier);
      return { status: 204, body: '' };
    }
    known.AuthType = sent.AuthType ?? known.AuthType;
    return json(200, known);
  }

  return { answer, forget: (name: string) => void byFunction.delete(name) };
}
