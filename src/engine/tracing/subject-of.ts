import type { FunctionInfo } from '../../protocol/functions.ts';
import type { EngineOptions, RunRequest } from '../engine.ts';
import { type Event, readEvent } from '../event.ts';
import type { Clock, SampleStore } from '../studies/ports.ts';
import type { Target } from '../targets/target.ts';
import type { TraceStudyRequest } from './request.ts';
import type { Subject } from './subject.ts';

type Context = Pick<EngineOptions, 'folder' | 'log' | 'onOutput'> & {
  prepare: (request: RunRequest) => Promise<{ target: Target; fn: FunctionInfo; event: Event }>;
  store: () => SampleStore;
  clock: Clock;
};

/** What a request wants traced; each kind is loaded when it is first wanted. Throws the first thing that is wrong with it. */
export async function subjectOf(request: TraceStudyRequest, context: Context, signal: AbortSignal): Promise<Subject> {
  const { subject } = request;
  if ('image' in subject) {
    const { imageSubject } = await import('./image-subject.ts');
    return imageSubject(subject.image, { ...context, request });
  }
  const { functionSubject } = await import('./function-subject.ts');
  const [event = null, ...others] = subject.events;
  const { target, fn, event: first } = await context.prepare({ ...subject, event });
  try {
    const events = [first, ...(await Promise.all(others.map((other) => readEvent(other, fn, context.folder))))];
    return await functionSubject(subject, { ...context, request, target, function: fn, events }, signal);
  } catch (error) {
    await target[Symbol.asyncDispose]();
    throw error;
  }
}
