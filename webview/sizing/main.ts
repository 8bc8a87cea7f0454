import '../shared/base.css';
import '../shared/layout.css';
import '../shared/controls.css';
import '../shared/legend.css';
import { HostToSizingPage, SizingPageState, type SizingPageToHost } from '../../src/protocol/panel.ts';
import { SizingReport } from '../../src/protocol/sizing.ts';
import { el, fill, requireElement } from '../shared/dom.ts';
import { connectHost, embeddedDocument } from '../shared/host.ts';
import { showProblem } from '../shared/problem.ts';
import { createPage } from './page.ts';

const app = requireElement('app');
const host = connectHost<SizingPageToHost>();
const state = SizingPageState.safeParse(host.getState());
const page = createPage(app, host, document.body.dataset['folder'] ?? '', state.success ? state.data : null);

if (host.kind === 'file') {
  const report = SizingReport.safeParse(embeddedDocument('reef-report'));
  if (report.success) page.show(report.data, false);
  else showProblem(app, 'This file holds no sizing report that this page understands: make it again with reef report.');
} else {
  fill(app, el('p', { class: 'muted', role: 'status' }, 'Loading the report…'));
  host.onMessage((message) => {
    const parsed = HostToSizingPage.safeParse(message);
    if (!parsed.success) return;
    const { data } = parsed;
    if (data.type === 'report') page.show(data.report, data.stale);
    else if (data.type === 'comparison') page.compareWith(data.report);
    else if (data.type === 'live') page.showLive(data);
    else showProblem(app, data.message);
  });
  host.post({ type: 'ready' });
}
