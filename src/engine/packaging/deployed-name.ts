import { functionName } from '../functions/templates/reef/schema.ts';
import { ReefError } from '../../protocol/errors.ts';
import type { FunctionInfo } from '../../protocol/functions.ts';
import { whyNotDeployable } from './deployable.ts';

/**
 * The name of a function where it is deployed: the one that it states, else that of its entry or its code.
 * @throws ReefError `invalid-settings` when there can be no such name, or another function has it too
 */
export function deployedName(fn: FunctionInfo, functions: readonly FunctionInfo[]): string {
  const name = deployedNameOf(fn);
  if (!functionName.test(name)) {
    throw new ReefError(
      'invalid-settings',
      `"${name}" cannot be the name of a function on AWS Lambda: give ${fn.name} an entry in a reef.yaml.`,
    );
  }
  const other = functions.find((each) => each.id !== fn.id && whyNotDeployable(each) === null && deployedNameOf(each) === name);
  if (other !== undefined) {
    throw new ReefError(
      'invalid-settings',
      `${fn.id} and ${other.id} would both be deployed as ${name}: give one of them another deployedName in a reef.yaml.`,
    );
  }
  return name;
}

/** The name where it is deployed of a function that is named by its name or id here; what names none, or several, is taken for that name. */
export function nameWhereDeployed(wanted: string, functions: readonly FunctionInfo[]): string {
  const [only, other] = functions.filter(({ id, name }) => id === wanted || name === wanted);
  return only === undefined || other !== undefined ? wanted : deployedNameOf(only);
}

/** Whether or not it can be one. */
export function deployedNameOf(fn: FunctionInfo): string {
  return fn.deployedName ?? plainName(fn);
}

/** The name of an entry; of plain code its file or folder, with the symbol where that says more than that it is a handler. */
function plainName({ source, name, symbol }: FunctionInfo): string {
  if (source === 'reef') return name;
  const own =
    name.endsWith(`.${symbol}`) && /^(?:lambda_?)?handler$/i.test(symbol ?? '')
      ? name.slice(0, -1 - (symbol ?? '').length)
      : name;
  return own.replaceAll(/[^a-zA-Z0-9-_]+/g, '-');
}
