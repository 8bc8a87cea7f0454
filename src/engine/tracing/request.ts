import type { EventChoice } from '../../protocol/requests.ts';
import type { ProbeKind } from '../../protocol/tracing.ts';
import type { Reading } from '../targets/target.ts';
import type { TraceRequest as ImageRequest } from '../targets/docker/trace/request.ts';

export type { TraceRequest as ImageRequest } from '../targets/docker/trace/request.ts';

/** A function of the workspace, started anew for each run. */
export type FunctionSubject = {
  /** Name or id. */
  function: string;
  /** `docker`, or `process` on Linux. */
  target: string;
  /** Each is sent in a run of its own, as often as there are runs. */
  events: readonly EventChoice[];
  /** Default: the size that its template states. */
  memoryMb?: number;
  /** Calls in each run, the first of them cold. Default: 1. */
  calls?: number;
};

/** The latest of a run's readings so far. Runs count from 0. */
export type LiveReading = Reading & { run: number };

export type TraceStudyRequest = {
  subject: FunctionSubject | { image: ImageRequest };
  runs: number;
  /** Id of the provider whose bill is split. Default: `aws-x86`, or `aws-arm64` for a function of that architecture. */
  provider?: string;
  /** Limits that follow the runs, with their margin as a share. */
  hull?: { margin: number };
  /** A run that lasts longer is ended. Default: 15 minutes. */
  timeCapMs?: number;
  /** Only this way of reading, of an image. */
  probe?: ProbeKind;
  /** Called some thirty times a second. */
  onReading?: (reading: LiveReading) => void;
};
