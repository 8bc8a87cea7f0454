import { styleText } from 'node:util';
import { unifiedDiff } from '../engine/apply/unified-diff.ts';
import type { Engine } from '../engine/engine.ts';
import type { TemplateChange } from '../engine/features/applying.ts';
import { formatMemory } from '../engine/format/format.ts';
import { askOnTerminal } from './confirm.ts';
import type { ApplyValues } from './apply-options.ts';
import { wholeNumber } from './options.ts';

/** Shows what the template becomes, asks, and writes it. */
export async function applyToTemplate(engine: Engine, name: string, values: ApplyValues, signal: AbortSignal): Promise<number> {
  const memoryMb = wholeNumber(values.memory, 'memory', 1);
  const change = await engine.planTemplate({ function: name, memoryMb, runId: values.run }, signal);
  const applied = await writeWhenAgreed(engine, change, values, signal);
  if (values.json === true) console.log(JSON.stringify(document(change, applied), null, 2));
  return applied || change.files.length === 0 || values['dry-run'] === true ? 0 : 1;
}

async function writeWhenAgreed(
  engine: Engine,
  change: TemplateChange,
  values: ApplyValues,
  signal: AbortSignal,
): Promise<boolean> {
  const { files, memoryMb, function: fn } = change;
  const say = (text: string): void => (values.json === true ? console.error(text) : console.log(text));
  if (files.length === 0) {
    say(`${fn.name} has ${formatMemory(memoryMb)} already.`);
    return false;
  }
  say(coloured(unifiedDiff(files)).trimEnd());
  if (values['dry-run'] === true) return false;
  const names = files.map(({ file }) => file).join(', ');
  const unasked = `This would change ${names}. See the change with --dry-run, and give --yes to allow it.`;
  const agreed = values.yes === true || (await askOnTerminal({ ask: `Write this to ${names}?`, unasked }, signal));
  if (!agreed) {
    console.error('Nothing was changed.');
    return false;
  }
  await engine.writeTemplate(change);
  say(`${fn.name} has ${formatMemory(memoryMb)} in ${names}.`);
  return true;
}

/** Removed lines red, added ones green, where colours are shown. */
function coloured(diff: string): string {
  if (!process.stdout.isTTY) return diff;
  const colourOf = (line: string): 'bold' | 'red' | 'green' | 'cyan' | 'reset' => {
    if (/^(?:---|\+\+\+) /.test(line)) return 'bold';
    return line.startsWith('@@') ? 'cyan' : line.startsWith('-') ? 'red' : line.startsWith('+') ? 'green' : 'reset';
  };
  return diff.replaceAll(/^.+$/gm, (line) => styleText(colourOf(line), line));
}

function document({ function: fn, memoryMb, report, files }: TemplateChange, applied: boolean) {
  return {
    schema: 'reef/apply@1',
    function: fn.name,
    function_id: fn.id,
    memory_mb: memoryMb,
    before_memory_mb: fn.memoryMb,
    run_id: report?.run_id ?? null,
    files: files.map(({ file }) => file),
    diff: unifiedDiff(files),
    applied,
  };
}
