import type { IncomingMessage } from 'node:http';

/**
 * Reads a request to its end; `text` is null when it is larger than the limit (the rest is counted and let go). With `onChunk`
 * what comes is passed on at once, and `text` is then empty.
 * When the sender dies midway this never settles: who waits for the sandbox learns of its death.
 */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
  onChunk?: (chunk: Uint8Array) => void,
): Promise<{ text: string | null; bytes: number }> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) chunks = [];
      else if (onChunk === undefined) chunks.push(chunk);
      else onChunk(chunk);
    });
    request.on('error', () => {
      chunks = [];
    });
    request.on('end', () => resolve({ text: bytes <= maxBytes ? Buffer.concat(chunks).toString('utf8') : null, bytes }));
  });
}
