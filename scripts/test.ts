/**
 * Runs all tests and checks, one part after the other; a part that fails does not keep the next from running.
 * Usage: npm test [-- <part> …]   Parts: build lint format types unit component page vscode readme; e2e is page and vscode.
 * The last line is `N passed, N failed, N skipped`. With CI=true a skipped test is a failed one.
 */
import { join } from 'node:path';
import { findChromium } from '../test/support/chromium.ts';
import { ensureCodeServer, whyNoCodeServer } from './code-server-install.ts';
import { currentTarget, packVsix } from './package.ts';
import { runStep } from './step.ts';
import { countTests, type PartResult, runVitest } from './vitest-part.ts';

const root = join(import.meta.dirname, '..');
const modules = join(root, 'node_modules');

type Part = { name: string; title: string; needsBuild: boolean; run: () => Promise<PartResult> };

const parts: Part[] = [
  { name: 'build', title: 'Build', needsBuild: false, run: () => check('the build', 'scripts/build.ts') },
  { name: 'lint', title: 'Lint', needsBuild: false, run: () => check('lint', tool('oxlint'), '--type-aware', '--deny-warnings') },
  { name: 'format', title: 'Format', needsBuild: false, run: () => check('format', tool('oxfmt'), '--check', '.') },
  { name: 'types', title: 'Types', needsBuild: false, run: () => check('types', tool('typescript', 'tsc'), '--noEmit') },
  { name: 'unit', title: 'Unit tests', needsBuild: false, run: () => runVitest(['--project', 'unit']) },
  { name: 'component', title: 'Component tests', needsBuild: true, run: () => runVitest(['--project', 'component']) },
  { name: 'page', title: 'End to end: pages in Chromium', needsBuild: true, run: pages },
  { name: 'vscode', title: 'End to end: VS Code', needsBuild: true, run: vscode },
  // Last, because its commands build again.
  { name: 'readme', title: 'The commands of the README', needsBuild: false, run: () => runVitest(['--project', 'readme']) },
];

/** The script of a tool's command, to be run on this Node. */
function tool(packageName: string, command = packageName): string {
  return join(modules, packageName, 'bin', command);
}

async function check(what: string, ...args: string[]): Promise<PartResult> {
  const code = await runStep(process.execPath, args, { cwd: root });
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0, notes: code === 0 ? [] : [`${what} failed`] };
}

const pageTests = ['--project', 'page'];
const vscodeTests = ['--project', 'vscode'];

function whyNoChromium(): string | null {
  if (findChromium() !== null) return null;
  return 'there is no Chromium; on Debian, as root, scripts/prepare.sh installs it, elsewhere install Chrome or name a Chromium in REEF_CHROMIUM';
}

async function pages(): Promise<PartResult> {
  const missing = whyNoChromium();
  return missing === null ? runVitest(pageTests) : skip(missing, pageTests);
}

async function vscode(): Promise<PartResult> {
  const missing = whyNoChromium() ?? (await whyNoCodeServer());
  if (missing !== null) return skip(missing, vscodeTests);
  await ensureCodeServer();
  const vsix = await packVsix(currentTarget());
  return runVitest(vscodeTests, { REEF_VSIX: vsix });
}

async function skip(why: string, args: string[]): Promise<PartResult> {
  console.log(`Skipped: ${why}.`);
  return { passed: 0, failed: 0, skipped: await countTests(args), notes: [`skipped, because ${why}`] };
}

function choose(names: string[]): Part[] {
  if (names.length === 0) return parts;
  const wanted = new Set(names.flatMap((name) => (name === 'e2e' ? ['page', 'vscode'] : [name])));
  const unknown = [...wanted].filter((name) => !parts.some((part) => part.name === name));
  if (unknown.length > 0) {
    console.error(`There is no such part: ${unknown.join(', ')}. Parts: ${parts.map(({ name }) => name).join(' ')} e2e`);
    process.exit(2);
  }
  const needsBuild = parts.some((part) => part.needsBuild && wanted.has(part.name));
  return parts.filter(({ name }) => wanted.has(name) || (needsBuild && name === 'build'));
}

const isCi = !['', '0', 'false'].includes(process.env['CI'] ?? '');
const total = { passed: 0, failed: 0, skipped: 0 };
const summary: string[] = [];
let isBuilt = true;

for (const part of choose(process.argv.slice(2))) {
  console.log(`\n━━━ ${part.title} ━━━`);
  const started = performance.now();
  let result: PartResult;
  if (part.needsBuild && !isBuilt) {
    result = { passed: 0, failed: 1, skipped: 0, notes: ['not run, because the build failed'] };
  } else {
    try {
      result = await part.run();
    } catch (error) {
      console.error(error);
      result = { passed: 0, failed: 1, skipped: 0, notes: [error instanceof Error ? error.message : String(error)] };
    }
  }
  if (part.name === 'build') isBuilt = result.failed === 0;
  total.passed += result.passed;
  total.failed += result.failed;
  total.skipped += result.skipped;
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  summary.push(
    `${part.name.padEnd(10)} ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped in ${seconds} s`,
  );
  summary.push(...result.notes.map((note) => `           ${note}`));
}

console.log(`\n━━━ Summary ━━━\n${summary.join('\n')}\n`);
if (isCi && total.skipped > 0) {
  console.log(`CI is set, so the ${total.skipped} skipped tests count as failed: the machine must be able to run them all.\n`);
  total.failed += total.skipped;
  total.skipped = 0;
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;
