import { withMachineValues } from '../functions/machine-values.ts';
import { ReefError } from '../../protocol/errors.ts';
import type { FunctionInfo } from '../../protocol/functions.ts';

/** AWS Lambda takes this much of names and values together. */
const maxEnvironmentBytes = 4_096;

/** Makes Node.js tell places in the sources rather than in the bundle. */
const sourceMapOption = '--enable-source-maps';

/**
 * The environment of a function with what the machine sets put in; may hold secrets.
 * @throws ReefError `invalid-settings` when something is not set, or it is too large; names variables, never a value
 */
export function environmentOf(
  fn: FunctionInfo,
  stated: Readonly<Record<string, string>>,
  machine: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const { values, missing } = withMachineValues(stated, machine);
  const [first] = missing;
  if (first !== undefined) {
    throw new ReefError(
      'invalid-settings',
      `${first.name} of ${fn.name} (${fn.template}) is \${env:${first.refersTo}}, which is not set: set ${first.refersTo} in the environment.`,
    );
  }
  const bytes = Buffer.byteLength(JSON.stringify(values));
  if (bytes > maxEnvironmentBytes) {
    throw new ReefError(
      'invalid-settings',
      `The environment of ${fn.name} has ${bytes} bytes, and AWS Lambda takes 4 KB: keep large values elsewhere.`,
    );
  }
  return values;
}

/** Sets what makes use of source maps; a NODE_OPTIONS of the user's own is left as it is. */
export function addSourceMapOption(environment: Record<string, string>, notes: string[]): void {
  const own = environment['NODE_OPTIONS'];
  if (own === undefined) {
    environment['NODE_OPTIONS'] = sourceMapOption;
    notes.push(
      `NODE_OPTIONS is ${sourceMapOption}, so that stack traces tell places in the sources; sourceMaps: false leaves it out.`,
    );
  } else if (!own.includes(sourceMapOption)) {
    notes.push(`NODE_OPTIONS is yours and has no ${sourceMapOption}: stack traces tell places in the bundle.`);
  }
}
