import * as z from 'zod/mini';
import { EventFile } from '../../protocol/functions.ts';

/** Which function a command is about, and with which event when that was chosen too. */
export type FunctionReference = { folder: string; functionId: string; event?: EventFile };
export type RunReference = { folder: string; runId: string };

const FunctionNode = z.object({
  payload: z.object({ folder: z.string(), functionId: z.string(), event: z.optional(EventFile) }),
});
const RunNode = z.object({ payload: z.object({ folder: z.string(), runId: z.string() }) });
const WorkNode = z.object({ payload: z.object({ workId: z.string() }) });
const FunctionOnTarget = z.tuple([z.string(), z.string(), z.string()]);
const NodeOnTarget = z.object({ payload: z.object({ target: z.string() }) });
const TwoStrings = z.tuple([z.string(), z.string()]);

/** The function that the arguments of a command name: a lens gives folder and id, a tree its node. Undefined: ask. */
export function functionArgument(args: readonly unknown[]): FunctionReference | undefined {
  const lens = TwoStrings.safeParse(args.slice(0, 2));
  if (lens.success) return { folder: lens.data[0], functionId: lens.data[1] };
  const node = FunctionNode.safeParse(args[0]);
  if (!node.success) return undefined;
  const { folder, functionId, event } = node.data.payload;
  return { folder, functionId, ...(event === undefined ? {} : { event }) };
}

/** The target that the arguments name: after a function, as the page of a report profiles again where it was made, or as a node's. */
export function targetArgument(args: readonly unknown[]): string | undefined {
  const named = FunctionOnTarget.safeParse(args.slice(0, 3));
  if (named.success) return named.data[2];
  const node = NodeOnTarget.safeParse(args[0]);
  return node.success ? node.data.payload.target : undefined;
}

/** The run that the arguments name: a lens gives folder and run id, the view *Runs* its node. */
export function runArgument(args: readonly unknown[]): RunReference | undefined {
  const lens = TwoStrings.safeParse(args.slice(0, 2));
  if (lens.success) return { folder: lens.data[0], runId: lens.data[1] };
  const node = RunNode.safeParse(args[0]);
  return node.success ? node.data.payload : undefined;
}

export function workArgument(args: readonly unknown[]): string | undefined {
  const node = WorkNode.safeParse(args[0]);
  return node.success ? node.data.payload.workId : undefined;
}
