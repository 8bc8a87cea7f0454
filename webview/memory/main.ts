import '../shared/base.css';
import '../shared/layout.css';
import '../shared/controls.css';
import '../shared/legend.css';
import './memory.css';
import { HostToMemoryPage, MemoryPageState, type MemoryPageToHost } from '../../src/protocol/memory-panel.ts';
import { PackedPoints, unpackPoints } from '../../src/protocol/trace-points.ts';
import { TraceReport } from '../../src/protocol/tracing.ts';
import { el, fill, requireElement } from '../shared/dom.ts';
import { connectHost, embeddedDocument } from '../shared/host.ts';
import { showProblem } from '../shared/problem.ts';
import { createPage } from './page.ts';

const app = requireElement('app');
const host = connectHost<MemoryPageToHost>();
const state = MemoryPageState.safeParse(host.getState());
const page = createPage(app, host, document.body.dataset['folder'] ?? '', state.success ? state.data : null);

if (host.kind === 'file') {
  const report = TraceReport.safeParse(embeddedDocument('reef-report'));
  if (report.success) {
    page.show(report.data, '', '');
    for (const run of report.data.runs.keys()) {
      const packed = PackedPoints.safeParse(embeddedDocument(`reef-points-${run}`));
      if (packed.success) page.addPoints('', run, true, unpackPoints(packed.data));
    }
  } else {
    showProblem(app, 'This file holds no memory report that this page understands: make it again with reef trace.');
  }
} else {
  fill(app, el('p', { class: 'muted', role: 'status' }, 'Loading the report…'));
  host.onMessage((message) => {
    const parsed = HostToMemoryPage.safeParse(message);
    if (!parsed.success) return;
    const { data } = parsed;
    if (data.type === 'report') page.show(data.report, data.runId, data.target);
    else if (data.type === 'points') page.addPoints(data.runId, data.run, data.whole, data.points);
    else if (data.type === 'live') page.showLive(data);
    else showProblem(app, data.message);
  });
  host.post({ type: 'ready' });
}
