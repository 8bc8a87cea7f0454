import type { LanguageClient } from 'vscode-languageclient/node';
import type * as z from 'zod/mini';

type Token = string | number;

export type TokenListeners<Params> = {
  /** Hears what comes for one request; without a listener nothing is heard. Returns how to stop. */
  listen(token: Token, listener: ((params: Params) => void) | undefined): () => void;
};

/** Hands notifications of the server to who made the request that they belong to. */
export function tokenListeners<Params extends { token: Token }>(
  client: LanguageClient,
  notification: string,
  schema: z.ZodMiniType<Params>,
): TokenListeners<Params> {
  const listeners = new Map<Token, (params: Params) => void>();
  client.onNotification(notification, (sent: unknown) => {
    const params = schema.parse(sent);
    listeners.get(params.token)?.(params);
  });
  return {
    listen(token, listener) {
      if (listener !== undefined) listeners.set(token, listener);
      return () => void listeners.delete(token);
    },
  };
}
