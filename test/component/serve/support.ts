import { LambdaClient } from '@aws-sdk/client-lambda';
import { createEngine } from '../../../src/engine/create-engine.ts';
import type { Engine, EngineSettings } from '../../../src/engine/engine.ts';
import type { ServeSettings } from '../../../src/engine/serve/serve.ts';
import { workspaceWith } from '../../support/cli.ts';

export type Served = AsyncDisposable & {
  /** Absolute path of the workspace. */
  folder: string;
  engine: Engine;
  url: string;
  /** The SDK of AWS, which makes each call once. */
  lambda: LambdaClient;
  /** What Reef logged. */
  said: string[];
};

export type ServedOptions = { target?: 'process' | 'docker'; images?: EngineSettings['images'] } & Partial<ServeSettings>;

/** A template of functions of Node by their names, and their timeouts in seconds. */
export function templateOf(timeoutsS: Record<string, number>): string {
  const functions = Object.entries(timeoutsS).map(
    ([name, timeoutS]) => `  ${name}:
    Type: AWS::Serverless::Function
    Properties: { Runtime: nodejs22.x, Handler: app.${name.toLowerCase()}, MemorySize: 256, Timeout: ${timeoutS} }`,
  );
  return `Transform: AWS::Serverless-2016-10-31\nResources:\n${functions.join('\n')}\n`;
}

/** The functions of a workspace behind `reef serve`. */
export async function served(files: Record<string, string>, options: ServedOptions = {}): Promise<Served> {
  const { target = 'process', images, ...settings } = options;
  const workspace = await workspaceWith(files);
  const said: string[] = [];
  const engine = createEngine({
    folder: workspace.folder,
    settings: { storePath: '.reef/samples.db', nodePath: process.execPath, pythonPath: '', images },
    log: { log: (_level, message) => void said.push(message) },
    onOutput: () => {},
  });
  const wish = { port: 0, concurrency: 3, retryDelaysMs: [], ...settings };
  const server = await engine.serve(target, wish, new AbortController().signal);
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const lambda = new LambdaClient({ endpoint: server.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  return {
    folder: workspace.folder,
    engine,
    url: server.url,
    lambda,
    said,
    async [Symbol.asyncDispose]() {
      lambda.destroy();
      await server.close();
      await engine[Symbol.asyncDispose]();
      await workspace[Symbol.asyncDispose]();
    },
  };
}
