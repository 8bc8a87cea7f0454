import { beforeEach } from 'vitest';
import type { Workbench } from './workbench.ts';

/** A test that fails leaves a picture of the window, named after the test. */
export function screenshotOnFailure(workbench: () => Workbench | undefined): void {
  beforeEach(({ task, onTestFailed }) => {
    onTestFailed(async () => {
      await workbench()?.screenshot(`failed-${task.name.replaceAll(/[^\w]+/g, '-')}`);
    });
  });
}
