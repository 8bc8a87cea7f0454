import { ReefError } from '../../../../protocol/errors.ts';
import { property, rootOf, syntaxDiagnostics, valueSpot, type YamlFile } from '../yaml-file.ts';
import { plainValue } from './plain-value.ts';
import { reefProblems } from './read-reef.ts';
import { FunctionSettings } from './schema.ts';

/**
 * The settings of one function of a `reef.yaml`, all of them valid.
 * @throws ReefError `invalid-settings` with the first thing that is wrong with the file or the function, and its line
 */
export function checkedSettings(file: YamlFile, name: string): FunctionSettings {
  const [syntax] = syntaxDiagnostics(file);
  const wrong =
    syntax ?? reefProblems(file).find((problem) => problem.function === null || problem.function === name)?.diagnostic;
  if (wrong !== undefined) {
    throw new ReefError('invalid-settings', `${file.path}:${wrong.range.start.line + 1}: ${wrong.message}`);
  }
  const found = property(valueSpot(property(rootOf(file), 'functions')), name);
  if (found === undefined)
    throw new ReefError('no-such-function', `${name} is no longer in ${file.path}: read the workspace again.`);
  return FunctionSettings.parse(plainValue(valueSpot(found)));
}
