import { posix } from 'node:path';
import type { Node } from '@vscode/tree-sitter-wasm';
import { withClosedSyntaxTree } from '../../syntax/grammars.ts';
import type { TemplateFiles } from '../../templates/template-function.ts';
import type { TextFile } from '../../text-change.ts';
import { TextLines } from '../../text-lines.ts';
import { evaluate, type Names } from '../evaluate.ts';
import type { Expression } from '../expression.ts';
import type { Constant } from '../memory-site.ts';
import { ownPath } from '../paths.ts';
import { type Block, bodyOf } from './hcl.ts';

const mostFiles = 100;
const longestFile = 256 * 1024;

export type TerraformFile = TextFile & Pick<Block, 'attributes' | 'blocks'>;

/** Parses one file; null when it is too long to be written by hand. */
export async function parseTerraform(path: string, text: string): Promise<TerraformFile | null> {
  if (text.length > longestFile) return null;
  const read = (root: Node): Pick<Block, 'attributes' | 'blocks'> => bodyOf(root, text.length);
  const { best: body } = await withClosedSyntaxTree(path, text, read, ({ blocks }) => blocks.length);
  return { path, text, lines: new TextLines(text), ...body };
}

/** The files of a folder make one module: a variable of one is used in another. `known` is the file that is read anyway. */
export async function readModule(known: TerraformFile, files: TemplateFiles): Promise<TerraformModule> {
  const folder = posix.dirname(known.path);
  const others = files.list(folder).filter((file) => file !== known.path && isModuleFile(file));
  const parsed: TerraformFile[] = [known];
  for (const file of others.toSorted().slice(0, mostFiles)) {
    const text = await files.read(file);
    const other = text === null ? null : await parseTerraform(file, text);
    if (other !== null) parsed.push(other);
  }
  return new TerraformModule(folder, parsed);
}

/** Configuration, and the values of variables that Terraform takes without being told to. */
function isModuleFile(file: string): boolean {
  return /\.tf$|\.auto\.tfvars$|(?:^|\/)terraform\.tfvars$/.test(file);
}

type Found = { file: TerraformFile; value: Expression };

export class TerraformModule {
  readonly folder: string;
  /** Values that names stand for in this module. */
  readonly names: Names;
  readonly #files: readonly TerraformFile[];
  /** By `var.x` and `local.x`. */
  readonly #values = new Map<string, Found>();

  constructor(folder: string, files: readonly TerraformFile[]) {
    this.folder = folder;
    this.#files = files;
    for (const file of files) for (const block of file.blocks) this.#define(file, block);
    for (const file of files.filter(({ path }) => path.endsWith('.tfvars'))) {
      for (const [name, { value }] of file.attributes) this.#values.set(`var.${name}`, { file, value });
    }
    // A module that others use gets its variables from them.
    if (folder.split('/').includes('modules')) {
      for (const name of this.#values.keys()) if (name.startsWith('var.')) this.#values.delete(name);
    }
    this.names = {
      resolve: (names) => this.#values.get(names.join('.'))?.value,
      known: (expression) =>
        expression.kind === 'name' && /^path\.(?:module|root|cwd)$/.test(expression.names.join('.'))
          ? ownPath(folder)
          : undefined,
    };
  }

  /** The local value or variable that an expression names. */
  constant(expression: Expression): Constant | undefined {
    if (expression.kind !== 'name') return undefined;
    const name = expression.names.join('.');
    const found = this.#values.get(name);
    if (found === undefined) return undefined;
    const use = new RegExp(String.raw`(?<![\w.-])${name.replaceAll('.', String.raw`\s*\.\s*`)}(?![\w-])`, 'g');
    const uses = this.#files.reduce((sum, { text }) => sum + [...text.matchAll(use)].length, 0);
    return { ...found, isShared: uses > 1 };
  }

  /** The sources of an archive that the module makes, by a reference to it or by its path. */
  archiveSource(expression: Expression): Expression | undefined {
    const path = evaluate(expression, this.names);
    const archives = this.#files.flatMap(({ blocks }) => blocks).filter(isArchive);
    const archive = archives.find(({ labels, attributes }) => {
      if (expression.kind === 'name') return expression.names.join('.').startsWith(`data.archive_file.${labels[1]}.`);
      const output = attributes.get('output_path')?.value;
      return path !== undefined && output !== undefined && evaluate(output, this.names) === path;
    });
    return (archive?.attributes.get('source_dir') ?? archive?.attributes.get('source_file'))?.value;
  }

  #define(file: TerraformFile, { type, labels: [label], attributes }: Block): void {
    if (type === 'locals') for (const [name, { value }] of attributes) this.#values.set(`local.${name}`, { file, value });
    const isSensitive = attributes.get('sensitive')?.value;
    const value = attributes.get('default')?.value;
    if (type !== 'variable' || label === undefined || value === undefined) return;
    if (isSensitive?.kind === 'literal' && isSensitive.value === true) return;
    this.#values.set(`var.${label}`, { file, value });
  }
}

function isArchive({ type, labels }: Block): boolean {
  return (type === 'data' || type === 'resource') && labels[0] === 'archive_file';
}
