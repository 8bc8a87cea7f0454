import type { EngineContext } from '../context.ts';
import type { InvokeServer } from '../serve/invoke-server.ts';
import { serve, type ServeSettings } from '../serve/serve.ts';

/** Lambda's Invoke API for the workspace's functions on a target, until it is closed. */
export async function serveFunctions(
  { functions, options, store, clock, target: open }: EngineContext,
  targetName: string,
  settings: ServeSettings,
  signal: AbortSignal,
): Promise<InvokeServer> {
  await functions.scan(signal);
  const { folder, log } = options;
  const target = await open(targetName);
  try {
    const context = { target, functions: () => functions.discovery().functions, folder, store: store(), clock, log };
    const server = await serve(settings, context);
    const close = async (): Promise<void> => {
      await server.close();
      await target[Symbol.asyncDispose]();
    };
    return { ...server, close };
  } catch (error) {
    await target[Symbol.asyncDispose]();
    throw error;
  }
}
