/**
 * A message that nobody waits for. It fails only when the client is gone: then nobody is left to tell,
 * and the end of the connection ends the server.
 */
export function unawaited(sending: Promise<unknown>): void {
  sending.catch(() => undefined);
}
