import Table from 'cli-table3';
import type { Engine } from '../../engine/engine.ts';
import { formatMemory } from '../../engine/format/format.ts';
import type { Discovery, FunctionInfo, WorkspaceDiagnostic } from '../../protocol/functions.ts';
import { commonOptions, parse } from '../options.ts';
import { openEngine, targetPath } from '../session.ts';
import { UsageError } from '../usage.ts';

const options = {
  ...commonOptions,
  target: { type: 'string' },
  filter: { type: 'string' },
  group: { type: 'string' },
  figures: { type: 'boolean' },
  days: { type: 'string' },
} as const;

export async function functionsCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, options, 1);
  const [name] = positionals;
  await using engine = openEngine(values);
  if (values.target !== undefined && (await isCloud(engine, values.target))) {
    const { deployedFunctionCommand, deployedListCommand } = await import('./deployed.ts');
    const deployed = { ...values, target: values.target };
    if (name !== undefined) return await deployedFunctionCommand(engine, name, deployed, signal);
    return await deployedListCommand(engine, deployed, signal);
  }
  if (name !== undefined || values.filter !== undefined || values.group !== undefined || values.figures !== undefined) {
    throw new UsageError('A function, --filter, --group and --figures go with the functions of a cloud, such as --target aws.');
  }
  const { functions, diagnostics } = await found(engine, values.target, signal);
  if (values.json === true) {
    const document = {
      schema: 'reef/functions@1',
      functions: functions.map(functionDocument),
      diagnostics: diagnostics.map(diagnosticDocument),
    };
    console.log(JSON.stringify(document, null, 2));
    return 0;
  }
  if (functions.length === 0) console.log(`No functions found in ${values.target ?? engine.folder}.`);
  else console.log(functionTable(functions));
  for (const { file, range, severity, message } of diagnostics)
    console.error(`${file}:${range.start.line + 1}: ${severity}: ${message}`);
  return 0;
}

async function isCloud(engine: Engine, target: string): Promise<boolean> {
  await using opened = await engine.target(targetPath(target));
  return opened.catalog !== undefined;
}

/** Those of a target that has functions of its own (recorded curves), otherwise those of the workspace. */
async function found(engine: Engine, target: string | undefined, signal: AbortSignal): Promise<Discovery> {
  if (target === undefined) return engine.functions.scan(signal);
  await using opened = await engine.target(targetPath(target));
  const own = await opened.discover(signal);
  return own.length > 0 ? { functions: own, diagnostics: [] } : await engine.functions.scan(signal);
}

function functionTable(functions: readonly FunctionInfo[]): string {
  const table = new Table({
    head: ['function', 'runtime', 'handler', 'memory', 'timeout', 'from'],
    style: { head: [], border: [] },
  });
  for (const fn of functions) {
    const from = fn.template === null ? place(fn.handlerFile, fn.handlerRange) : place(fn.template, fn.templateRange);
    table.push([
      fn.name,
      fn.runtime ?? '',
      fn.handler ?? '',
      fn.memoryMb === null ? '' : formatMemory(fn.memoryMb),
      fn.timeoutS === null ? '' : `${fn.timeoutS} s`,
      from,
    ]);
  }
  return table.toString();
}

function place(file: string | null, range: FunctionInfo['templateRange']): string {
  return file === null ? '' : `${file}${range === null ? '' : `:${range.start.line + 1}`}`;
}

function functionDocument(fn: FunctionInfo) {
  return {
    id: fn.id,
    name: fn.name,
    runtime: fn.runtime,
    handler: fn.handler,
    handler_file: fn.handlerFile,
    symbol: fn.symbol,
    line: fn.handlerRange === null ? null : fn.handlerRange.start.line + 1,
    memory_mb: fn.memoryMb,
    timeout_s: fn.timeoutS,
    architecture: fn.architecture,
    template: fn.template,
    template_line: fn.templateRange === null ? null : fn.templateRange.start.line + 1,
    source: fn.source,
    events: fn.events.map(({ file }) => file),
  };
}

function diagnosticDocument({ file, range, severity, code, message }: WorkspaceDiagnostic) {
  return { file, line: range.start.line + 1, column: range.start.character + 1, severity, code, message };
}
