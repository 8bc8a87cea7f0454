import { makeBaseImage } from '../../engine/targets/docker/base-image.ts';
import { Language } from '../../protocol/functions.ts';
import { parse } from '../options.ts';
import { UsageError } from '../usage.ts';

const options = { node: { type: 'string' }, python: { type: 'string' }, json: { type: 'boolean' } } as const;

/** `reef docker base-image [node|python]`: both when none is named. */
export async function dockerCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, options, 2);
  const [what, wanted] = positionals;
  if (what !== 'base-image') throw new UsageError('reef docker takes: base-image [node|python]');
  const language = wanted === undefined ? undefined : Language.safeParse(wanted);
  if (language?.success === false) throw new UsageError(`A base image is made of node or python, not: ${wanted}`);
  const settings = { nodePath: values.node ?? '', pythonPath: values.python ?? '' };
  const made = [];
  for (const each of language === undefined ? Language.options : [language.data]) {
    made.push(await makeBaseImage(each, settings, signal));
  }
  if (values.json === true) console.log(JSON.stringify(made, null, 2));
  else for (const { image, program, version } of made) console.log(`${image}: ${program}, version ${version}`);
  return 0;
}
