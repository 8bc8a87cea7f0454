import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { assetPath } from '../../src/engine/assets.ts';
import type { HostToMemoryPage, MemoryPageToHost } from '../../src/protocol/memory-panel.ts';
import type { HostToSizingPage, SizingPageToHost } from '../../src/protocol/panel.ts';
import type { PageTheme } from './page-themes.ts';

export type PageName = 'sizing' | 'memory';
type ToPage = HostToSizingPage | HostToMemoryPage;
type ToHost = SizingPageToHost | MemoryPageToHost;

/**
 * Stands in for VS Code around a page: serves the built page under the policy that the panel sets, hands out
 * `acquireVsCodeApi` (once, with state that survives a reload), and keeps what the page posts.
 */
export class PageHost implements AsyncDisposable {
  readonly url: string;
  private readonly server: Server;

  private constructor(server: Server) {
    this.server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  static async start(name: PageName = 'sizing'): Promise<PageHost> {
    const [script, sheet] = await Promise.all(['js', 'css'].map((type) => readFile(assetPath(`webview/${name}.${type}`))));
    const server = createServer((request, response) => {
      if (request.url === '/page.js') response.setHeader('content-type', 'text/javascript').end(script);
      else if (request.url === '/page.css') response.setHeader('content-type', 'text/css').end(sheet);
      else answerPage(response);
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return new PageHost(server);
  }

  /** Opens the page in a context of its own; `ready` has been posted when it resolves. */
  async open(browser: Browser, theme: PageTheme, size = { width: 1200, height: 900 }): Promise<HostedPage> {
    const context = await browser.newContext({ viewport: size });
    const page = await context.newPage();
    const hosted = new HostedPage(page);
    await page.addInitScript(fakeVsCode, theme);
    await page.goto(this.url);
    await hosted.posted('ready');
    return hosted;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => void this.server.close(() => resolve()));
  }
}

/** A page in its fake host, with everything that went wrong on it. */
export class HostedPage {
  readonly page: Page;
  /** Console errors, uncaught exceptions and violations of the policy. */
  readonly problems: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.problems.push(message.text());
    });
    page.on('pageerror', (error) => this.problems.push(String(error)));
  }

  /** Resolves when the page has worked on the message. */
  async send(message: ToPage): Promise<void> {
    await this.sendRaw(message);
  }

  /** Any message at all, also one that is not in the contract. */
  async sendRaw(message: unknown): Promise<void> {
    await this.page.evaluate(async (data) => {
      // Listeners are called in their order: the page's own was there first.
      const handled = new Promise((resolve) => {
        window.addEventListener('message', resolve, { once: true });
      });
      window.postMessage(data, '*');
      await handled;
    }, message);
  }

  /** The messages of one type that the page has posted, oldest first; waits for the first. */
  async posted<T extends ToHost['type']>(type: T): Promise<Extract<ToHost, { type: T }>[]> {
    await this.page.waitForFunction((wanted) => fakeHostMessages().some((message) => message.type === wanted), type);
    const messages = await this.page.evaluate(() => fakeHostMessages());
    return messages.filter((message): message is Extract<ToHost, { type: T }> => message.type === type);
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

declare function fakeHostMessages(): ToHost[];

/** Runs in the page before its own script, as VS Code's preload does. */
function fakeVsCode(theme: PageTheme): void {
  const messages: unknown[] = [];
  let taken = false;
  Object.assign(window, {
    fakeHostMessages: () => messages,
    acquireVsCodeApi: () => {
      if (taken) throw new Error('An instance of the VS Code API has already been acquired');
      taken = true;
      return {
        postMessage: (message: unknown) => messages.push(message),
        getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
        setState: (state: unknown) => sessionStorage.setItem('state', JSON.stringify(state)),
      };
    },
    setFakeTheme: (next: PageTheme) => {
      for (const [name, value] of Object.entries(next.variables)) document.documentElement.style.setProperty(name, value);
      document.body.className = next.kind;
      document.body.dataset['vscodeThemeKind'] = next.kind;
    },
  });
  document.addEventListener('securitypolicyviolation', (event) =>
    console.error(`Policy violated: ${event.violatedDirective} ${event.blockedURI}`),
  );
  document.addEventListener('readystatechange', () => {
    if (document.readyState === 'interactive')
      (window as unknown as { setFakeTheme(theme: PageTheme): void }).setFakeTheme(theme);
  });
}

function answerPage(response: ServerResponse): void {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    `default-src 'none'`,
    `img-src data: blob: 'self'`,
    `style-src 'self' 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    `font-src 'self'`,
  ].join('; ');
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy }).end(hostHtml(nonce));
}

/** The document that the panel writes, with the fake host's addresses. */
function hostHtml(nonce: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" nonce="${nonce}" href="/page.css">
<link rel="icon" href="data:,">
</head>
<body data-folder="file:///workspace" data-run-id="run-of-the-panel">
<main id="app"></main>
<script nonce="${nonce}" src="/page.js"></script>
</body>
</html>`;
}
