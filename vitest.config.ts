import { defineConfig } from 'vitest/config';

/** End to end: one VS Code or browser at a time, as two cores carry no more. */
const endToEnd = { testTimeout: 120_000, hookTimeout: 180_000, fileParallelism: false };

/** Unit tests need nothing; component tests use real SQLite, Node and Python; pages need Chromium, vscode also code-server. */
export default defineConfig({
  test: {
    // All cores: many tests wait for a service that is slow on purpose.
    maxWorkers: '100%',
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 60_000 } },
      { test: { name: 'component', include: ['test/component/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 } },
      { test: { name: 'page', include: ['test/e2e/page/**/*.test.ts'], ...endToEnd } },
      { test: { name: 'vscode', include: ['test/e2e/vscode/**/*.test.ts'], globalSetup: 'test/support/vsix.ts', ...endToEnd } },
      { test: { name: 'readme', include: ['test/readme/**/*.test.ts'], testTimeout: 300_000 } },
    ],
  },
});
