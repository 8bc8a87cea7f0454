import * as z from 'zod/mini';

/**
 * What nodes of the view *Deployed* are and carry, for commands and for menus (`viewItem`, words separated by spaces).
 *
 * | node | words | payload |
 * |---|---|---|
 * | a profile and region | `place` | `folder`, `target` |
 * | a stack or value of a tag | `group` | as its place |
 * | a deployed function | `function`, and `linked` where its source is known | also `functionId` (its id on the target: the ARN), `functionName`, `source` |
 * | an alias, a version | `alias`, `version` | as its function, and `qualifier` (the alias, or the number) |
 * | its source, or what could be | `source`, and `hasHandler`, `hasTemplate` | `folder` and `functionId` of the workspace's function |
 * | figures from its log | `figures`, and `read` once they are there | as its function |
 * | why something is not known | `problem` | as what it is about |
 *
 * `folder` is the workspace folder in which a call of the function is kept: that of its source, else the first.
 * Commands of functions (`functionArgument`, `targetArgument`) take the nodes of functions as they are.
 */
export const DeployedPayload = z.object({
  folder: z.string(),
  target: z.string(),
  functionId: z.optional(z.string()),
  functionName: z.optional(z.string()),
  qualifier: z.optional(z.string()),
  /** The function of a workspace that it was made from. */
  source: z.optional(z.object({ folder: z.string(), functionId: z.string() })),
});
export type DeployedPayload = z.infer<typeof DeployedPayload>;

/** A deployed function that a command is about. */
export type DeployedReference = DeployedPayload & { functionId: string; functionName: string };

const DeployedNode = z.object({ payload: DeployedPayload });

/** The payload of the node that the arguments of a command begin with. */
export function deployedPayload(args: readonly unknown[]): DeployedPayload | undefined {
  const node = DeployedNode.safeParse(args[0]);
  return node.success ? node.data.payload : undefined;
}

/** The deployed function that the arguments of a command name; undefined for anything else. */
export function deployedArgument(args: readonly unknown[]): DeployedReference | undefined {
  const payload = deployedPayload(args);
  if (payload?.functionId === undefined || payload.functionName === undefined) return undefined;
  return { ...payload, functionId: payload.functionId, functionName: payload.functionName };
}
