import type * as z from 'zod/mini';
import { ReefError } from '../../protocol/errors.ts';
import { requests } from '../../protocol/requests.ts';

export type RequestName = keyof typeof requests;
export type ParamsOf<Name extends RequestName> = Omit<z.input<(typeof requests)[Name]['params']>, 'workDoneToken'>;
export type ResultOf<Name extends RequestName> = z.infer<(typeof requests)[Name]['result']>;

/**
 * The answer to a request, checked.
 * @throws ReefError `internal` when the server's answer has another shape than the protocol says
 */
export function parseResult<Name extends RequestName>(name: Name, answer: unknown): ResultOf<Name> {
  const parsed = requests[name].result.safeParse(answer);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue === undefined ? '' : ` at "${issue.path.join('.')}"`;
    throw new ReefError(
      'internal',
      `Reef's engine answered ${requests[name].method} in a shape that is not known${place}: reload the window.`,
      {
        cause: parsed.error,
      },
    );
  }
  return parsed.data as ResultOf<Name>;
}
