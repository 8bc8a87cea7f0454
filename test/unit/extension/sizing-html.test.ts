import { describe, expect, test } from 'vitest';
import { sizingHtml } from '../../../src/extension/panels/sizing-html.ts';

const parts = {
  nonce: 'abc',
  cspSource: 'https://webview.example',
  script: 'https://webview.example/sizing.js',
  style: 'https://webview.example/sizing.css',
  folder: 'file:///w',
  runId: 'r1',
  title: 'Sizing: Thumbnail',
  language: 'en',
};

describe('the page of a sizing panel', () => {
  test('allows nothing but its own script, style and images', () => {
    const [, policy = ''] = /Content-Security-Policy" content="([^"]+)"/.exec(sizingHtml(parts)) ?? [];
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      'img-src https://webview.example data: blob:',
      'style-src https://webview.example',
      'font-src https://webview.example',
      "script-src 'nonce-abc'",
    ]);
    expect(policy).not.toContain('unsafe');
  });

  test('carries what the page needs to ask for its report', () => {
    expect(sizingHtml(parts)).toContain('<body data-folder="file:///w" data-run-id="r1">');
  });

  test('escapes names of the workspace', () => {
    const html = sizingHtml({ ...parts, folder: 'file:///"><script>alert(1)</script>', title: "<img src=x onerror='x'>" });
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toContain('<img');
  });
});
