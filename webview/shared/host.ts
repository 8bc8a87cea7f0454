/** The part of VS Code's webview API that pages use. */
type VsCodeApi = {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
};

declare const acquireVsCodeApi: (() => VsCodeApi) | undefined;

/** Where a page lives: in a VS Code panel, or alone in a file (`kind` is `file`; nobody listens then). */
export type Host<Outgoing> = {
  readonly kind: 'vscode' | 'file';
  post(message: Outgoing): void;
  getState(): unknown;
  setState(state: unknown): void;
  /** Messages come as unknown: the page validates them with its schema. */
  onMessage(listener: (message: unknown) => void): void;
};

/** May be called once a page: VS Code hands out its API a single time. */
export function connectHost<Outgoing>(): Host<Outgoing> {
  if (typeof acquireVsCodeApi === 'undefined') {
    const nothing = (): void => undefined;
    return { kind: 'file', post: nothing, getState: () => undefined, setState: nothing, onMessage: nothing };
  }
  const api = acquireVsCodeApi();
  return {
    kind: 'vscode',
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- VS Code's function takes no origin
    post: (message) => api.postMessage(message),
    getState: () => api.getState(),
    setState: (state) => api.setState(state),
    onMessage: (listener) => window.addEventListener('message', (event: MessageEvent<unknown>) => listener(event.data)),
  };
}

/** The document that a report file carries in a `<script type="application/json">`; undefined when there is none. */
export function embeddedDocument(id: string): unknown {
  const text = document.getElementById(id)?.textContent;
  return text === undefined || text === null ? undefined : JSON.parse(text);
}
