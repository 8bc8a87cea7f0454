import { el } from './dom.ts';

/** Shows why a page has nothing to show, above what it may show already. */
export function showProblem(app: HTMLElement, message: string): void {
  app.querySelector('.notice.error')?.remove();
  app.querySelector('[role=status].muted')?.remove();
  app.prepend(el('p', { class: 'notice error', role: 'alert' }, message));
}
