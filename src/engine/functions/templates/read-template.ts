import { posix } from 'node:path';
import { mayBeCloudFormation, readCloudFormation } from './cloudformation.ts';
import { isReefFile, readReef } from './reef/read-reef.ts';
import { isServerlessName, readServerless } from './serverless.ts';
import type { TemplateContent } from './template-function.ts';
import { parseYaml } from './parse-yaml.ts';
import { syntaxDiagnostics, type YamlFile } from './yaml-file.ts';

const extensions = new Set(['.yaml', '.yml', '.json', '.template']);
const templateKey = /^\s*"?(?:AWSTemplateFormatVersion|Transform|Resources)"?\s*:/m;
const maxRounds = 6;

export function mayBeTemplateFile(file: string): boolean {
  return extensions.has(posix.extname(file).toLowerCase());
}

/**
 * What a file says about functions, null when it is no template of a kind that Reef knows.
 * @param read gives the text of another file of the workspace, null when it cannot be read
 */
export async function readTemplate(
  file: string,
  text: string,
  read: (file: string) => Promise<string | null>,
): Promise<TemplateContent | null> {
  if (isReefFile(file)) return readOwn(parseYaml(file, text));
  const isServerless = isServerlessName(file);
  if (!isServerless && !mayBeCloudFormation(text)) return null;
  const parsed = parseYaml(file, text);
  const content = (isServerless ? await readService(parsed, read) : null) ?? readCloudFormation(parsed);
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
async function readService(service: YamlFile, read: (file: string) => Promise<string | null>): Promise<TemplateContent | null> {
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
      const text = await read(path);
      included.set(path, text === null ? undefined : parseYaml(path, text));
    }
  }
}
