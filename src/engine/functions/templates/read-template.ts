import { posix } from 'node:path';
import { mayBeCdk, readCdk } from '../infrastructure/cdk/read-cdk.ts';
import { mayBeTerraform, readTerraform } from '../infrastructure/terraform/read-terraform.ts';
import { isSourceFile } from '../syntax/source-symbols.ts';
import { mayBeCloudFormation, readCloudFormation } from './cloudformation.ts';
import { isReefFile, readReef } from './reef/read-reef.ts';
import { isServerlessName, readServerless } from './serverless.ts';
import type { TemplateContent, TemplateFiles } from './template-function.ts';
import { parseYaml } from './parse-yaml.ts';
import { syntaxDiagnostics, type YamlFile } from './yaml-file.ts';

const extensions = new Set(['.yaml', '.yml', '.json', '.template', '.tf']);
const templateKey = /^\s*"?(?:AWSTemplateFormatVersion|Transform|Resources)"?\s*:/m;
const maxRounds = 6;

/** Whether a file is one by its name; a source is one when it makes functions with the AWS CDK, which its text tells. */
export function mayBeTemplateFile(file: string): boolean {
  return extensions.has(posix.extname(file).toLowerCase());
}

/** Whether a file belongs to a Terraform module, whose files speak of each other. */
export function isTerraformFile(file: string): boolean {
  return /\.tf(?:vars)?$/i.test(file);
}

/** What a file says about functions, null when it is no template of a kind that Reef knows. */
export async function readTemplate(file: string, text: string, files: TemplateFiles): Promise<TemplateContent | null> {
  if (isReefFile(file)) return readOwn(parseYaml(file, text));
  if (isSourceFile(file)) return mayBeCdk(file, text) ? readCdk(file, text, files) : null;
  if (isTerraformFile(file)) return mayBeTerraform(text) ? readTerraform(file, text, files) : null;
  return readMarkup(file, text, files);
}

async function readMarkup(file: string, text: string, files: TemplateFiles): Promise<TemplateContent | null> {
  const isServerless = isServerlessName(file);
  if (!isServerless && !mayBeCloudFormation(text)) return null;
  const parsed = parseYaml(file, text);
  const content = (isServerless ? await readService(parsed, files) : null) ?? readCloudFormation(parsed);
  const errors = syntaxDiagnostics(parsed);
  if (content !== null) return { ...content, diagnostics: [...errors, ...content.diagnostics] };
  const isBroken = errors.length > 0 && (isServerless || templateKey.test(text));
  return isBroken ? { entries: [], diagnostics: errors, includes: [] } : null;
}

/** Whatever is in it, a file of Reef's own name is one. */
function readOwn(parsed: YamlFile): TemplateContent {
  const content = readReef(parsed);
  const errors = syntaxDiagnostics(parsed);
  // What is missing because a line cannot be read is not wrong by itself.
  return errors.length > 0 ? { ...content, diagnostics: errors } : content;
}

/** Reads a service again with each file that it turned out to need, as names of files may hold variables themselves. */
async function readService(service: YamlFile, files: TemplateFiles): Promise<TemplateContent | null> {
  const included = new Map<string, YamlFile | undefined>();
  for (let round = 0; ; round++) {
    const missing: string[] = [];
    const content = readServerless(service, (path) => {
      if (!included.has(path)) missing.push(path);
      return included.get(path);
    });
    if (missing.length === 0 || round === maxRounds)
      return content === null ? null : { ...content, includes: [...included.keys()] };
    for (const path of new Set(missing)) {
      const text = await files.read(path);
      included.set(path, text === null ? undefined : parseYaml(path, text));
    }
  }
}
