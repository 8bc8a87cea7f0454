import type { ProbeParams } from '../../protocol/requests.ts';
import type { SizingReport } from '../../protocol/sizing.ts';

/** What a panel is told of a study: attempts as they end, and how it ended. */
export type StudyPanel = {
  probes: (probes: ProbeParams) => void;
  done(report: SizingReport): void;
  /** Goes back to the report before, or away when there is none. */
  abandon(): void;
};

export type StudyPlan = { folder: string; functionId: string; functionName: string; target: string; cancel: () => void };
