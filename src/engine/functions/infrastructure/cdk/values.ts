import { posix } from 'node:path';
import type { CodeLocation } from '../../templates/template-function.ts';
import { asText, type Value } from '../../templates/values.ts';
import { evaluate, type Names } from '../evaluate.ts';
import type { Entry, Expression } from '../expression.ts';
import { localCode, ownPath, pathOf } from '../paths.ts';

/** Values that the AWS CDK and the standard libraries have names for. */
export function cdkNames(resolve: Names['resolve'], file: string): Names {
  const ownFile = ownPath(file);
  return {
    resolve,
    known(expression, evaluate) {
      if (expression.kind === 'name') return namedValue(expression.names, ownFile);
      if (expression.kind === 'call') return called(expression.names, expression.items.map(evaluate));
      if (expression.kind === 'member') {
        const object = expression.name === 'parent' ? evaluate(expression.object) : undefined;
        return typeof object === 'string' ? posix.dirname(object) : undefined;
      }
      if (expression.kind !== 'binary' || expression.operator !== '/') return undefined;
      return joined([evaluate(expression.left), evaluate(expression.right)]);
    },
  };
}

function namedValue(names: readonly string[], ownFile: string): Value {
  const [first = '', ...members] = names;
  if (members.length === 0) return first === '__dirname' ? posix.dirname(ownFile) : first === '__file__' ? ownFile : undefined;
  if (names.join('.') === 'import.meta.dirname') return posix.dirname(ownFile);
  const [type, member = ''] = names.slice(-2);
  if (type === 'Architecture') return { ARM_64: 'arm64', X86_64: 'x86_64' }[member];
  return type === 'Runtime' ? runtimeOf(member) : undefined;
}

/** `NODEJS_22_X` is `nodejs22.x`, `PYTHON_3_13` is `python3.13`, `PROVIDED_AL2023` is `provided.al2023`. */
function runtimeOf(member: string): string | undefined {
  const [, name = '', version = 'LATEST'] = /^([A-Z]+)_(\w+)$/.exec(member) ?? [];
  // The latest of its day is known only when the app is synthesised.
  if (version === 'LATEST') return undefined;
  const dotted = version.toLowerCase().replaceAll('_', '.').replace('core.', 'core');
  return `${name.toLowerCase()}${name === 'PROVIDED' ? '.' : ''}${dotted}`;
}

const secondsPer: Record<string, number> = { millis: 0.001, milliseconds: 0.001, seconds: 1, minutes: 60, hours: 3600 };
const pathJoins = new Set(['join', 'resolve', 'joinpath']);
const samePath = new Set(['abspath', 'realpath', 'normpath', 'Path', 'str', 'normalize']);

function called(names: readonly string[], values: readonly Value[]): Value {
  const [type, method = type ?? ''] = names.slice(-2);
  const [first] = values;
  if (type === 'Duration') {
    const seconds = secondsPer[method];
    return typeof first === 'number' && seconds !== undefined ? first * seconds : undefined;
  }
  if (method === 'dirname' && typeof first === 'string') return posix.dirname(first);
  if (samePath.has(method)) return first;
  return pathJoins.has(method) ? joined(values) : undefined;
}

function joined(parts: readonly Value[]): Value {
  return parts.every((part) => typeof part === 'string') ? posix.join(...parts) : undefined;
}

/** Where the `code` of a function comes from. */
export function codeOf(expression: Expression | undefined, names: Names, appFolder: string | null): CodeLocation {
  if (expression?.kind !== 'call') return notHere;
  const method = (expression.names.at(-1) ?? '').replaceAll('_', '').toLowerCase();
  if (method === 'frominline') return { kind: 'inline' };
  if (method === 'frombucket' || method === 'frombucketv2') return { kind: 'elsewhere', why: 'it is in a bucket' };
  const path = pathOf(expression.items[0] ?? expression.named[0]?.value, names, appFolder);
  if (method === 'fromimageasset' || method === 'fromassetimage') return { kind: 'image', contextPath: path };
  if (method === 'fromecr' || method === 'fromecrimage') return { kind: 'image', contextPath: null };
  if (method !== 'fromasset' || path === null) return notHere;
  return localCode(path);
}

export const notHere: CodeLocation = { kind: 'elsewhere', why: 'its place is known only when the app is synthesised' };

/** The command of an image: the second argument of `fromImageAsset` has it, or a named one in Python. */
export function imageCommand(expression: Expression | undefined, names: Names): string | null {
  if (expression?.kind !== 'call') return null;
  const options = expression.items[1];
  const entries: readonly Entry[] = options?.kind === 'map' ? options.entries : expression.named;
  const command = entries.find(({ key }) => key === 'cmd');
  const parts = command === undefined ? undefined : evaluate(command.value, names);
  return Array.isArray(parts) ? asText(parts[0]) : null;
}
