import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withComment } from '../../../src/engine/functions/memory-comment.ts';
import { memoryChanges } from '../../../src/engine/functions/memory-edit.ts';
import { applyChanges } from '../../../src/engine/functions/text-change.ts';
import { functionsOf, read } from './template-text.ts';

const why = '140 ms, predicted on process';

/** The template after the edit, which must state the size; null where there is no room for a comment. */
async function edited(text: string, name: string, file = 'template.yaml', reason = why): Promise<string | null> {
  const content = await read(file, text);
  const entry = content?.entries.find((one) => one.function.name === name);
  if (entry === undefined) throw new Error(`There is no function ${name}`);
  const changes = withComment(memoryChanges(entry, 1024), entry.settings, reason);
  if (changes === null) return null;
  const result = applyChanges(file, text, changes);
  const after = await functionsOf(file, result);
  expect(after.find((fn) => fn.name === name)?.memoryMb).toBe(1024);
  return result;
}

const head = `Resources:
  Fn: # the function
    Type: AWS::Serverless::Function
    Properties:
`;
const other = `      Handler: app.handler
  Other:
    Type: AWS::Serverless::Function
    Properties: { Handler: b.handler, MemorySize: 192 }
`;

describe('a comment that names the evidence', () => {
  test.each([
    ['MemorySize: 512', `MemorySize: 1024 # Reef: ${why}`],
    ['MemorySize: "512"  ', `MemorySize: 1024 # Reef: ${why}`],
    ['MemorySize: &size 512', `MemorySize: &size 1024 # Reef: ${why}`],
    ['MemorySize: !Ref Size', `MemorySize: 1024 # Reef: ${why}`],
    ['MemorySize: 512 # Reef: 80 ms, measured on docker', `MemorySize: 1024 # Reef: ${why}`],
    ['MemorySize: 512 # as in May', `# Reef: ${why}\n      MemorySize: 1024 # as in May`],
    ['# Reef: old\n      MemorySize: 512 # as in May', `# Reef: ${why}\n      MemorySize: 1024 # as in May`],
    ['# ours\n      MemorySize: 512 # as in May', `# ours\n      # Reef: ${why}\n      MemorySize: 1024 # as in May`],
  ])('%j becomes %j', async (before, after) => {
    expect(await edited(`${head}      ${before}\n${other}`, 'Fn')).toBe(`${head}      ${after}\n${other}`);
  });

  test('stands beside a property that is new, with the line ends of the file', async () => {
    const text = (head + other).replaceAll('\n', '\r\n');
    const handler = '      Handler: app.handler\r\n';
    expect(await edited(text, 'Fn')).toBe(text.replace(handler, `${handler}      MemorySize: 1024 # Reef: ${why}\r\n`));
  });

  test('stands in a Serverless service', async () => {
    const text =
      'service: s\nprovider:\n  name: aws\n  runtime: nodejs22.x\nfunctions:\n  fn:\n    handler: a.b\n    memorySize: 512\n';
    expect(await edited(text, 'fn', 'serverless.yml')).toBe(text.replace('512', `1024 # Reef: ${why}`));
  });

  test("stands in a file of Reef's own", async () => {
    const text = 'functions:\n  fn:\n    handler: a.b\n    memory: 512\n';
    expect(await edited(text, 'fn', 'reef.yaml')).toBe(text.replace('512', `1024 # Reef: ${why}`));
  });

  test.each([
    ['a flow map', `${head}${other}`, 'Other', 'template.yaml'],
    [
      'JSON',
      '{ "Resources": { "Fn": { "Type": "AWS::Lambda::Function", "Properties": {\n  "MemorySize": 512\n} } } }',
      'Fn',
      'template.json',
    ],
  ])('has no room in %s', async (_what, text, name, file) => {
    expect(await edited(text, name, file)).toBeNull();
  });

  test('stays one comment and changes nothing else, whatever the reason holds', async () => {
    const text = `${head}      MemorySize: 512\n${other}`;
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async (reason) => {
        const result = (await edited(text, 'Fn', 'template.yaml', reason)) ?? '';
        const lines = result.split('\n');
        expect(lines).toHaveLength(text.split('\n').length);
        expect(result.replace(/MemorySize: 1024 # Reef:.*/u, 'MemorySize: 512')).toBe(text);
      }),
      { numRuns: 50 },
    );
  });
});
