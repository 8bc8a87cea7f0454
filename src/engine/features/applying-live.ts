import type { LiveAction, LivePlan, LiveResult, LiveState } from '../../protocol/applying.ts';
import { ReefError } from '../../protocol/errors.ts';
import type { FunctionInfo } from '../../protocol/functions.ts';
import { type LiveContext, liveNotes, wantedArchitecture } from '../apply/live-notes.ts';
import { nativeNote } from '../apply/native-note.ts';
import { wantedSize } from '../apply/wanted-size.ts';
import type { SizingReport } from '../../protocol/sizing.ts';
import type { EngineContext } from '../context.ts';
import type { LiveSettings, SizedAction } from '../targets/live-settings.ts';

/** A change of a function where it is deployed; `runId` names the report whose size is meant, the latest where it is absent. */
export type LiveRequest = {
  function: string;
  target: string;
  action: LiveAction;
  runId?: string | undefined;
};

/** Asked once with the plan, before anything is changed: true to go on. */
export type ConfirmLive = (plan: LivePlan) => Promise<boolean>;

/** What is deployed of a function, as far as it can be changed. */
export function liveState(
  context: EngineContext,
  request: Pick<LiveRequest, 'function' | 'target'>,
  signal: AbortSignal,
): Promise<LiveState> {
  return withLive(context, request, signal, ({ live, fn }) => live.state(fn, signal));
}

/** What an action would change, without changing it. */
export function planLive(context: EngineContext, request: LiveRequest, signal: AbortSignal): Promise<LivePlan> {
  return withLive(context, request, signal, async (opened) => (await planned(context, request, opened, signal)).plan);
}

/**
 * Plans an action, asks, and makes the changes of exactly that plan.
 * @throws ReefError `cancelled` when it was not agreed to
 */
export function applyLive(
  context: EngineContext,
  request: LiveRequest & { confirm: ConfirmLive },
  signal: AbortSignal,
): Promise<LiveResult> {
  return withLive(context, request, signal, async (opened) => {
    const { plan, apply } = await planned(context, request, opened, signal);
    if (plan.changes.length === 0) return { plan, applied: false };
    if (!(await request.confirm(plan)))
      throw new ReefError('cancelled', `Nothing was changed: ${plan.functionName} stays as it is.`);
    await apply(signal);
    return { plan, applied: true };
  });
}

type Opened = { live: LiveSettings; fn: FunctionInfo };

async function withLive<Result>(
  context: EngineContext,
  { function: wanted, target: name }: Pick<LiveRequest, 'function' | 'target'>,
  signal: AbortSignal,
  work: (opened: Opened) => Promise<Result>,
): Promise<Result> {
  const { target, fn } = await context.open({ function: wanted, target: name }, signal);
  await using _closing = target;
  if (fn.qualifier !== undefined) {
    const sentence = `A version never changes: leave ":${fn.qualifier}" out to change ${fn.name}, or name an alias with --alias.`;
    throw new ReefError('invalid-settings', sentence);
  }
  if (target.live === undefined) {
    throw new ReefError('no-such-target', `Nothing is deployed on the target "${name}": use "aws", or change the template.`);
  }
  return await work({ live: target.live, fn });
}

/** Another share of a shift under way is of the size that it has. */
async function withShiftsSize(request: LiveRequest, { live, fn }: Opened, signal: AbortSignal): Promise<LiveRequest> {
  const { action, runId } = request;
  if (action.kind !== 'shift' || action.memoryMb !== undefined || runId !== undefined) return request;
  const { aliases } = await live.state(fn, signal);
  const memoryMb = aliases.find(({ name }) => name === action.alias)?.shift?.memoryMb ?? undefined;
  return { ...request, action: { ...action, memoryMb } };
}

/** The action with its size: what is not named is what a report recommends. An architecture alone leaves the size as it is. */
function sized(
  context: EngineContext,
  fn: FunctionInfo,
  { action, runId }: LiveRequest,
): { action: SizedAction; report: SizingReport | null } {
  if (action.kind === 'undo' || action.kind === 'finish' || action.kind === 'rollBack') return { action, report: null };
  const { memoryMb: named } = action;
  if (action.kind === 'set' && action.architecture !== undefined && named === undefined && runId === undefined) {
    return { action, report: null };
  }
  const { memoryMb, report } = wantedSize(context, fn, { memoryMb: named, runId });
  return { action: { ...action, memoryMb }, report };
}

async function planned(
  context: EngineContext,
  request: LiveRequest,
  { live, fn }: Opened,
  signal: AbortSignal,
): Promise<{ plan: LivePlan; apply: (signal: AbortSignal) => Promise<void> }> {
  const { action, report } = sized(context, fn, await withShiftsSize(request, { live, fn }, signal));
  const step = await live.plan(fn, action, signal);
  const notes = step.changes.length === 0 ? [] : [...step.notes, ...(await notesOf(context, { action, fn, report }, signal))];
  const plan = { functionName: fn.name, target: request.target, action, changes: step.changes, notes };
  return { plan, apply: (applySignal) => step.apply(applySignal) };
}

/** What the workspace and its reports tell of a change. */
async function notesOf(context: EngineContext, change: Omit<LiveContext, 'own'>, signal: AbortSignal): Promise<string[]> {
  const own = (await context.workspaceFunctions(signal)).find(({ id }) => id === change.fn.id);
  const architecture = wantedArchitecture(change.action);
  const native =
    own === undefined || architecture === null ? null : await nativeNote(context.options.folder, own, architecture, signal);
  return [...liveNotes({ ...change, own }), ...(native === null ? [] : [native])];
}
