import { ReefError } from '../../protocol/errors.ts';
import type { FunctionInfo } from '../../protocol/functions.ts';
import type { SizingReport } from '../../protocol/sizing.ts';
import { changedFiles, type FileChange, writeFiles } from '../apply/template-files.ts';
import { type SizeChoice, wantedSize } from '../apply/wanted-size.ts';
import type { EngineContext } from '../context.ts';
import { resolveFunction } from '../resolve-function.ts';

/** A memory size to be written where the workspace states it. */
export type TemplateRequest = SizeChoice & { function: string };

/** What would be written; no files when they state the size already. */
export type TemplateChange = {
  function: FunctionInfo;
  memoryMb: number;
  /** The report behind the size; null for a size that was named. */
  report: SizingReport | null;
  files: FileChange[];
};

/** What the sources become by this size, on disk as they are now. Writes nothing. */
export async function planTemplate(
  context: EngineContext,
  request: TemplateRequest,
  signal: AbortSignal,
): Promise<TemplateChange> {
  const { functions, options } = context;
  const { folder } = options;
  const fn = resolveFunction(request.function, (await functions.scan(signal)).functions, folder);
  const { memoryMb, report } = wantedSize(context, fn, request);
  if (fn.template === null) {
    const sentence = `${fn.name} was found in its source, and no template, CDK program or Terraform file states its memory: add one, or change the deployed function with --target aws --live.`;
    throw new ReefError('invalid-settings', sentence);
  }
  const edits = await functions.memoryEdit(fn.id, memoryMb);
  const files = await changedFiles(folder, edits);
  return { function: fn, memoryMb, report, files: files.filter(({ before, after }) => before !== after) };
}

/** Writes what was planned, unless the files have changed since. */
export async function writeTemplate({ options }: EngineContext, { files }: TemplateChange): Promise<void> {
  await writeFiles(options.folder, files);
}
