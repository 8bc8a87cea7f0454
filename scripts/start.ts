/**
 * The main job on a real function: sizes one of the examples on this machine, then says how to go on.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const example = 'Thumbnail';

console.log(`Sizing the example function ${example} (examples/template.yaml) on this machine.\n`);
const { status } = spawnSync(
  process.execPath,
  [join(root, 'dist/cli/main.js'), 'profile', example, '--workspace', join(root, 'examples')],
  {
    stdio: 'inherit',
    cwd: root,
  },
);
if (status === 0) {
  console.log('\nTo see it in VS Code, with the chart and the lenses over each function: npm run code');
  console.log('To size another function:  npm run reef -- functions --workspace examples');
}
process.exitCode = status ?? 1;
