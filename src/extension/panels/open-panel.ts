import type * as vscode from 'vscode';
import type { HostToSizingPage } from '../../protocol/panel.ts';
import type { ProbeParams } from '../../protocol/requests.ts';
import type { SamplePoint, SizingReport } from '../../protocol/sizing.ts';

/** A study under way, and how to end it. */
export type LiveStudy = {
  functionName: string;
  target: string;
  message: string;
  done: number;
  total: number;
  points: SamplePoint[];
  cancel: () => void;
};

/** A panel and what it shows; the report of a restored panel is not there until its page asks for it. */
export type OpenPanel = {
  panel: vscode.WebviewPanel;
  folder: string;
  /** Empty until it is known. */
  functionId: string;
  /** Empty before the first report. */
  runId: string;
  report: SizingReport | null;
  live: LiveStudy | null;
};

export async function post({ panel }: OpenPanel, message: HostToSizingPage): Promise<void> {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a webview panel, not a window: there is no origin to name
  await panel.webview.postMessage(message);
}

/** Tells the page of the study what it has not heard yet: the attempts from `first` on. */
export async function postLive(entry: OpenPanel, first: number): Promise<void> {
  if (entry.live === null) return;
  const { functionName, target, message, done, total, points } = entry.live;
  await post(entry, { type: 'live', functionName, target, message, done, total, first, points: points.slice(first) });
}

/** Adds attempts to the study that a panel shows. */
export async function addProbes(entry: OpenPanel, { points, message, done, total }: ProbeParams): Promise<void> {
  const { live } = entry;
  if (live === null) return;
  const first = live.points.length;
  live.points.push(...points);
  Object.assign(live, { message, done, total });
  await postLive(entry, first);
}
