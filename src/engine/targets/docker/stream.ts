import type Docker from 'dockerode';

/** Follows a stream of the engine's messages to its end. Rejects with what the engine says, or when the signal aborts. */
export async function followStream(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  onEvent: (event: object) => void,
  signal: AbortSignal,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      (stream as NodeJS.ReadableStream & { destroy(): void }).destroy();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    docker.modem.followProgress(
      stream,
      (error) => {
        signal.removeEventListener('abort', onAbort);
        if (error === null) resolve();
        else reject(error);
      },
      onEvent,
    );
  });
}
