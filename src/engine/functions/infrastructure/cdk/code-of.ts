import { posix } from 'node:path';
import type { CodeLocation, TemplateFunction } from '../../templates/template-function.ts';
import { asText } from '../../templates/values.ts';
import { evaluate } from '../evaluate.ts';
import type { Expression } from '../expression.ts';
import { pathOf } from '../paths.ts';
import type { Construct } from './construct.ts';
import { codeOf, imageCommand, notHere } from './values.ts';

type Code = Pick<TemplateFunction, 'handler' | 'code' | 'entry'>;

/** Where the handler of a construct is, by the rules of its kind. */
export function codeOfConstruct(construct: Construct, program: string, appFolder: string | null): Code {
  const setting = (name: string): Expression | undefined => construct.settings.all.get(name)?.entry.value;
  const text = (name: string, otherwise: string | null): string | null => {
    const value = setting(name);
    return value === undefined ? otherwise : asText(evaluate(value, construct.names));
  };
  switch (construct.kind) {
    case 'NodejsFunction':
      return bundled(construct, program, appFolder, text('handler', 'handler'));
    case 'PythonFunction':
      return fromFolder(
        pathOf(setting('entry'), construct.names, appFolder),
        text('index', 'index.py'),
        text('handler', 'handler'),
      );
    case 'DockerImageFunction':
      return {
        handler: imageCommand(setting('code'), construct.names),
        code: codeOf(setting('code'), construct.names, appFolder),
      };
    case 'Function':
      return { handler: text('handler', null), code: codeOf(setting('code'), construct.names, appFolder) };
    case 'CfnFunction':
    default:
      // A raw resource has its code in a bucket, or in the program.
      return { handler: text('handler', null), code: notHere };
  }
}

const bundledExtensions = ['ts', 'js', 'mts', 'mjs', 'tsx', 'cts', 'cjs'];

/** esbuild makes `index` of the entry, which without being stated is `<program>.<id>.ts` beside the program. */
function bundled({ settings, names, id }: Construct, program: string, appFolder: string | null, symbol: string | null): Code {
  const stated = settings.all.get('entry')?.entry.value;
  const given = stated === undefined ? null : pathOf(stated, names, appFolder);
  const beside = id.kind === 'literal' ? `${program.replace(/\.[^./]+$/, '')}.${String(id.value)}` : null;
  const files =
    stated === undefined ? bundledExtensions.flatMap((extension) => (beside === null ? [] : `${beside}.${extension}`)) : given;
  const [first] = typeof files === 'string' ? [files] : (files ?? []);
  if (files === null || first === undefined || symbol === null) return { handler: null, code: notHere };
  return {
    handler: `index.${symbol}`,
    code: { kind: 'path', path: posix.dirname(first) },
    entry: { files: typeof files === 'string' ? [files] : files, symbol },
  };
}

function fromFolder(folder: string | null, index: string | null, symbol: string | null): Code {
  if (folder === null || index === null || symbol === null) return { handler: null, code: notHere };
  const code: CodeLocation = { kind: 'path', path: folder };
  return { handler: `${index.replace(/\.py$/, '')}.${symbol}`, code };
}
