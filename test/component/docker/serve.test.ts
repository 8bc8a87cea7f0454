import { InvokeWithResponseStreamCommand } from '@aws-sdk/client-lambda';
import { expect, it } from 'vitest';
import { images, useBaseImages, whyNoEngine } from '../../support/docker.ts';
import { served, templateOf } from '../serve/support.ts';

useBaseImages();

const app = `
import { setTimeout as sleep } from 'node:timers/promises';
export const parts = awslambda.streamifyResponse(async (event, stream) => {
  for (const part of event.parts) {
    stream.write(part);
    await sleep(500);
  }
  stream.end();
});
`;

it.skipIf(whyNoEngine !== null)('a response is streamed out of a container part by part', async () => {
  const files = { 'template.yaml': templateOf({ Parts: 60 }), 'app.mjs': app };
  await using here = await served(files, { target: 'docker', images: { '*': images.node } });
  const Payload = Buffer.from(JSON.stringify({ parts: ['one', 'two', 'three'] }));
  const { EventStream = [] } = await here.lambda.send(new InvokeWithResponseStreamCommand({ FunctionName: 'Parts', Payload }));
  const heard: string[] = [];
  for await (const { PayloadChunk, InvokeComplete } of EventStream) {
    if (PayloadChunk?.Payload !== undefined) heard.push(Buffer.from(PayloadChunk.Payload).toString());
    if (InvokeComplete !== undefined) heard.push(JSON.stringify(InvokeComplete));
  }
  expect(heard).toEqual(['one', 'two', 'three', '{}']);
});
