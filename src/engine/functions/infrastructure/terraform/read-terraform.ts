import type { TemplateContent, TemplateFiles } from '../../templates/template-function.ts';
import { functionOf, isFunctionBlock } from './function-of.ts';
import { parseTerraform, readModule } from './module.ts';

/** Cheap test before parsing: without these words a file makes no function. */
export function mayBeTerraform(text: string): boolean {
  return text.includes('aws_lambda_function') || /terraform-aws-(?:modules\/)?lambda/.test(text);
}

/** The functions of one file of a Terraform module; null when it has none. */
export async function readTerraform(file: string, text: string, files: TemplateFiles): Promise<TemplateContent | null> {
  const parsed = await parseTerraform(file, text);
  const blocks = parsed?.blocks.filter(isFunctionBlock) ?? [];
  if (parsed === null || blocks.length === 0) return null;
  const module = await readModule(parsed, files);
  const diagnostics: TemplateContent['diagnostics'] = [];
  const taken = new Set<string>();
  const entries = blocks.map((block) => functionOf(block, { file: parsed, module, taken, diagnostics }));
  return { entries, diagnostics, includes: [] };
}
