import type { PropertyName, WorkspaceDiagnostic } from '../../../../protocol/functions.ts';
import type { CodeLocation, CodeSite, TemplateEntry, TemplateFunction } from '../../templates/template-function.ts';
import { asText, SettingReader, type Value } from '../../templates/values.ts';
import { evaluate, textMap } from '../evaluate.ts';
import { type Expression, written } from '../expression.ts';
import { type Gap, memoryChanges } from '../memory-site.ts';
import { uniqueName } from '../names.ts';
import { localCode, pathOf } from '../paths.ts';
import { placeOf } from '../place.ts';
import type { Block } from './hcl.ts';
import type { TerraformFile, TerraformModule } from './module.ts';

/** The widely used module that packs and makes a function; not its parts such as `//modules/alias`. */
const lambdaModule =
  /^(?:registry\.terraform\.io\/)?terraform-aws-modules\/lambda\/aws$|terraform-aws-lambda(?:\.git)?(?:\?.*)?$/;

export function isFunctionBlock({ type, labels, attributes }: Block): boolean {
  if (type === 'resource') return labels[0] === 'aws_lambda_function' && labels.length === 2;
  const literal = (name: string): unknown => {
    const value = attributes.get(name)?.value;
    return value?.kind === 'literal' ? value.value : undefined;
  };
  if (type !== 'module' || !lambdaModule.test(String(literal('source')))) return false;
  // The same module also makes layers.
  return literal('create_function') !== false && literal('create_layer') !== true;
}

type Context = { file: TerraformFile; module: TerraformModule; taken: Set<string>; diagnostics: WorkspaceDiagnostic[] };

/** What a resource or module call says of its function, and how its size is changed. */
export function functionOf(block: Block, { file, module, taken, diagnostics }: Context): TemplateEntry {
  const { attributes } = block;
  const reader = new SettingReader(diagnostics);
  const properties: TemplateFunction['properties'] = {};
  const valueOf = (expression: Expression | undefined): Value =>
    expression === undefined ? null : evaluate(expression, module.names);
  const read = (name: string, as: PropertyName): Value => {
    const entry = attributes.get(name);
    if (entry !== undefined) properties[as] = placeOf(file, entry, false);
    return valueOf(entry?.value);
  };
  const runtime = asText(read('runtime', 'runtime'));
  const memoryMb = reader.wholeNumber(read('memory_size', 'memory'), properties.memory, 'The memory size');
  const handler = asText(read('handler', 'handler'));
  const timeout = read('timeout', 'timeout');
  const architectures = read('architectures', 'architecture');
  const codeName = ['source_path', 'filename', 'image_uri', 'local_existing_package'].find((name) => attributes.has(name));
  if (codeName !== undefined) read(codeName, 'codeUri');
  if (attributes.has('environment_variables')) read('environment_variables', 'environment');
  const deployedName = asText(valueOf(attributes.get('function_name')?.value));
  const isImage = valueOf(attributes.get('package_type')?.value) === 'Image';
  return {
    function: {
      name: uniqueName(block.labels.at(-1) ?? block.type, taken),
      source: 'terraform',
      template: file.path,
      templateRange: file.lines.range(block.nameSpan.start, block.nameSpan.end),
      runtime,
      isRuntimeKnown: runtime !== null || !attributes.has('runtime'),
      handler: isImage ? imageCommand(block, valueOf) : handler,
      code: isImage ? { kind: 'image', contextPath: null } : codeOf(block, module),
      entryPoints: [],
      memoryMb,
      timeoutS: reader.wholeNumber(timeout, properties.timeout, 'The timeout'),
      architecture: reader.architecture(architectures, properties.architecture),
      environment: textMap(environmentOf(block), module.names),
      ...(deployedName !== null && { deployedName }),
      properties,
    },
    settings: memorySite(block, file, module, memoryMb !== null),
  };
}

function memorySite(block: Block, file: TerraformFile, module: TerraformModule, isKnown: boolean): CodeSite {
  const own = block.attributes.get('memory_size');
  const common = { kind: 'code', memoryKey: 'memory_size', lineComment: '#' } as const;
  const several = severalOf(block, file);
  if (several !== null) return { ...common, changes: () => several };
  const constant = own === undefined ? undefined : module.constant(own.value);
  const gap = gapIn(block, file);
  const assign = typeof gap === 'string' ? ' = ' : assignment(block, file, gap);
  return { ...common, changes: memoryChanges({ file, own, isKnown, constant, gap, key: 'memory_size', assign }) };
}

/** Why a block may stand for several functions; a count that is 1 or 0, or chosen of the two by a condition, is one. */
function severalOf({ attributes }: Block, { text }: TerraformFile): string | null {
  if (attributes.has('for_each')) return 'for_each makes several functions of it';
  const count = attributes.get('count')?.value;
  if (count === undefined || (count.kind === 'literal' && Number(count.value) <= 1)) return null;
  return /\?\s*1\s*:\s*0|\?\s*0\s*:\s*1/.test(written(text, count)) ? null : 'count may make several functions of it';
}

const neighbours = ['timeout', 'runtime', 'handler', 'function_name'];

function gapIn({ attributes, start }: Block, { text }: TerraformFile): Gap | string {
  const neighbour = neighbours.map((name) => attributes.get(name)).find((entry) => entry !== undefined);
  const before = neighbour ?? [...attributes.values()][0];
  if (before === undefined || !text.slice(start, before.keySpan.start).includes('\n'))
    return 'its block has no line of its own for it';
  return { before: before.keySpan.start, separator: '' };
}

/** The equals sign stands below that of the neighbour, as `terraform fmt` has it, where that leaves room. */
function assignment({ attributes }: Block, { text }: TerraformFile, gap: Gap): string {
  const neighbour = [...attributes.values()].find(({ keySpan }) => 'before' in gap && keySpan.start === gap.before);
  if (neighbour === undefined) return ' = ';
  const { keySpan, value } = neighbour;
  const equals = text.slice(keySpan.start, value.start).lastIndexOf('=');
  return `${' '.repeat(Math.max(1, equals - 'memory_size'.length))}= `;
}

/** Sources that Terraform packs, or an archive; relative paths are taken from the module's folder. */
function codeOf({ attributes }: Block, module: TerraformModule): CodeLocation {
  const sources = attributes.get('source_path')?.value;
  const packed = attributes.get('filename')?.value ?? attributes.get('local_existing_package')?.value;
  const source = sources === undefined ? packed && module.archiveSource(packed) : firstSource(sources);
  const path = pathOf(source ?? packed, module.names, module.folder);
  if (path !== null) return localCode(path);
  const why = attributes.has('s3_bucket') ? 'it is in a bucket' : 'its place is known only when it is deployed';
  return { kind: 'elsewhere', why };
}

/** `source_path` is a path, or a list of paths and of maps with one. */
function firstSource(sources: Expression): Expression | undefined {
  const first = sources.kind === 'list' ? sources.items[0] : sources;
  return first?.kind === 'map' ? first.entries.find(({ key }) => key === 'path')?.value : first;
}

function imageCommand({ attributes, blocks }: Block, valueOf: (expression: Expression | undefined) => Value): string | null {
  const config = blocks.find(({ type }) => type === 'image_config');
  const command = config?.attributes.get('command') ?? attributes.get('image_config_command');
  const parts = valueOf(command?.value);
  return Array.isArray(parts) ? asText(parts[0]) : null;
}

function environmentOf({ attributes, blocks }: Block): Expression | undefined {
  const environment = blocks.find(({ type }) => type === 'environment');
  return (environment?.attributes.get('variables') ?? attributes.get('environment_variables'))?.value;
}
