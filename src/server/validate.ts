import type * as z from 'zod/mini';

/** The first thing wrong with a message, in a few words: `objective.goal (Invalid option)`. */
export function firstIssue(error: z.core.$ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'the message';
  const path = issue.path.map(String).join('.');
  return `${path === '' ? 'the message' : `"${path}"`} (${issue.message})`;
}
