import { expect, test } from 'vitest';
import { BuildLog } from '../../../src/engine/targets/docker/build/build-log.ts';

/** As the older builder of an engine tells it, and what other engines speak. */
const older = [
  { stream: 'Step 1/2 : FROM alpine\n' },
  { stream: ' ---> 0123456789ab\n' },
  { stream: 'Step 2/2 : RUN make\n' },
  { stream: 'make: no rule\nmake: stopped\n' },
  { errorDetail: { message: "The command '/bin/sh -c make' returned a non-zero code: 2" } },
];

test('a stream of the older builder tells the step that failed and what it printed', () => {
  const said: string[] = [];
  const log = new BuildLog((text) => said.push(text));
  for (const event of older) log.add(event);
  expect(said).toEqual(['[1/2] FROM alpine', '[2/2] RUN make', 'make: no rule', 'make: stopped']);
  expect(log.failure).toBe(
    "step [2/2] RUN make: The command '/bin/sh -c make' returned a non-zero code: 2 (it printed: make: no rule / make: stopped)",
  );
});

test('an error without a word is still one', () => {
  const log = new BuildLog(() => {});
  log.add({ errorDetail: {} });
  expect(log.error).toBe('the engine does not say why');
});
