import { InvokeWithResponseStreamCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { expect, it } from 'vitest';
import { createEngine } from '../../../src/engine/create-engine.ts';
import { workspaceWith } from '../../support/cli.ts';
import { images, useBaseImages, whyNoEngine } from '../../support/docker.ts';

useBaseImages();

const template = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Parts:
    Type: AWS::Serverless::Function
    Properties: { Runtime: nodejs22.x, Handler: app.handler, MemorySize: 512, Timeout: 60 }
`;
const app = `
import { setTimeout as sleep } from 'node:timers/promises';
export const handler = awslambda.streamifyResponse(async (event, stream) => {
  for (const part of event.parts) {
    stream.write(part);
    await sleep(500);
  }
  stream.end();
});
`;

it.skipIf(whyNoEngine !== null)('a response is streamed out of a container part by part', async () => {
  await using workspace = await workspaceWith({ 'template.yaml': template, 'app.mjs': app });
  await using engine = createEngine({
    folder: workspace.folder,
    settings: { storePath: '.reef/samples.db', nodePath: '', pythonPath: '', images: { '*': images.node } },
    log: { log: () => {} },
    onOutput: () => {},
  });
  const server = await engine.serve('docker', { port: 0, concurrency: 1, retryDelaysMs: [] }, new AbortController().signal);
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const lambda = new LambdaClient({ endpoint: server.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  try {
    const Payload = Buffer.from(JSON.stringify({ parts: ['one', 'two', 'three'] }));
    const { EventStream = [] } = await lambda.send(new InvokeWithResponseStreamCommand({ FunctionName: 'Parts', Payload }));
    const parts: string[] = [];
    for await (const { PayloadChunk, InvokeComplete } of EventStream) {
      if (PayloadChunk?.Payload !== undefined) parts.push(Buffer.from(PayloadChunk.Payload).toString());
      if (InvokeComplete !== undefined) parts.push(JSON.stringify(InvokeComplete));
    }
    expect(parts).toEqual(['one', 'two', 'three', '{}']);
  } finally {
    lambda.destroy();
    await server.close();
  }
});
