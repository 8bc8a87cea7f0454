import { join } from 'node:path';
import { CreateAliasCommand, PublishVersionCommand } from '@aws-sdk/client-lambda';
import { packageRoot } from '../../src/engine/assets.ts';
import { createDeployer } from '../support/aws/deployer.ts';
import { startEmulator } from '../support/aws/emulator.ts';
import { startMoto, testCredentials } from '../support/aws/moto.ts';
import { functionInfo } from '../support/functions.ts';

/** An emulated account in which `quote` of the examples is deployed, for the README's commands that need one. */
export async function startAccount(): Promise<AsyncDisposable & { env: Record<string, string> }> {
  Object.assign(process.env, testCredentials);
  await using starting = new AsyncDisposableStack();
  const moto = starting.use(await startMoto());
  const emulator = starting.use(await startEmulator(moto.url, join(packageRoot(), 'examples')));
  const deployer = starting.use(await createDeployer(moto.url));
  const name = 'reef-shop-dev-quote';
  await deployer.deploy(name, { Handler: 'quote/quote.handler', MemorySize: 1024 });
  await deployer.lambda.send(new PublishVersionCommand({ FunctionName: name }));
  await deployer.lambda.send(new CreateAliasCommand({ FunctionName: name, Name: 'live', FunctionVersion: '1' }));
  const handler = { handlerFile: 'shop/quote/quote.ts', handler: 'quote/quote.handler', symbol: 'handler', codeRoot: 'shop' };
  emulator.behaviours.set(name, { function: functionInfo({ name, ...handler }) });
  const running = starting.move();
  return {
    env: { ...testCredentials, AWS_ENDPOINT_URL: emulator.url },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
