import { expect, it } from 'vitest';
import { changeLine, planText, planTitle, unchangedText } from '../../../src/engine/format/cloud-plan.ts';
import type { CloudPlan } from '../../../src/protocol/deploying.ts';

const plan: CloudPlan = {
  verb: 'deploy',
  functionName: 'hello',
  target: 'aws:dev',
  account: '123456789012',
  region: 'eu-west-1',
  changes: [
    { action: 'create', what: 'role', from: null, to: 'reef-hello' },
    { action: 'update', what: 'memory', from: '128 MB', to: '512 MB' },
    { action: 'delete', what: 'function URL', from: 'https://u', to: null },
  ],
  notes: ['It is so.'],
  newRole: null,
};

it('a plan is a line a change, in columns, and then what should be known', () => {
  expect(planTitle(plan)).toBe('Deploy hello to aws:dev (account 123456789012, eu-west-1)');
  expect(planText(plan).split('\n')).toEqual([
    '+ role          reef-hello',
    '~ memory        128 MB → 512 MB',
    '- function URL  https://u',
    'note: It is so.',
  ]);
  expect(planText({ ...plan, changes: [], notes: [] })).toBe('');
  expect(changeLine({ action: 'create', what: 'version', from: null, to: null })).toBe('+ version  ');
});

it('what needs no change is said by what was asked for', () => {
  expect(unchangedText(plan)).toBe('Nothing to do: hello is deployed as it is on aws:dev.');
  expect(unchangedText({ ...plan, verb: 'rollBack' })).toBe('Nothing to do: hello is at that version already on aws:dev.');
  expect(unchangedText({ ...plan, verb: 'destroy' })).toBe('There is nothing of hello on aws:dev that this workspace made.');
});
