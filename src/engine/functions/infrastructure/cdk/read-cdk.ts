import { posix } from 'node:path';
import type { Node } from '@vscode/tree-sitter-wasm';
import { languageOfFile } from '../../runtimes.ts';
import { isTestFile } from '../../syntax/source-symbols.ts';
import { withClosedSyntaxTree } from '../../syntax/grammars.ts';
import type { TemplateContent, TemplateFiles } from '../../templates/template-function.ts';
import { TextLines } from '../../text-lines.ts';
import { functionOf } from './function-of.ts';
import { pythonConstructs } from './python.ts';
import { typescriptConstructs } from './typescript.ts';

const longestProgram = 256 * 1024;
const constructName = /\b(?:Nodejs|Python|DockerImage|Cfn|)Function\b/;

/** Cheap test before parsing: without these words a source makes no function with the AWS CDK. */
export function mayBeCdk(file: string, text: string): boolean {
  if (text.length > longestProgram || languageOfFile(file) === null || isTestFile(file)) return false;
  return /aws[-_]cdk/.test(text) && constructName.test(text);
}

/** The functions that a CDK program makes, as far as its text tells; null when it makes none. */
export async function readCdk(file: string, text: string, files: TemplateFiles): Promise<TemplateContent | null> {
  const source = { path: file, text, lines: new TextLines(text) };
  const appFolder = await folderOfApp(file, files);
  const constructs = languageOfFile(file) === 'python' ? pythonConstructs : typescriptConstructs;
  const read = (root: Node): Omit<TemplateContent, 'includes'> => {
    const diagnostics: TemplateContent['diagnostics'] = [];
    const taken = new Set<string>();
    const context = { source, appFolder, taken, diagnostics };
    return { entries: constructs(root, source).map((construct) => functionOf(construct, context)), diagnostics };
  };
  const { best: content } = await withClosedSyntaxTree(file, text, read, ({ entries }) => entries.length);
  return content.entries.length === 0 ? null : { ...content, includes: [] };
}

/** The nearest folder upwards that holds a `cdk.json`; null without one. */
async function folderOfApp(file: string, files: TemplateFiles): Promise<string | null> {
  for (let folder = posix.dirname(file); ; folder = posix.dirname(folder)) {
    if (files.list(folder).includes(posix.join(folder, 'cdk.json'))) return folder;
    if (folder === '.') return null;
  }
}
