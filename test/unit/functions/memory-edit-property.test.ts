import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { memoryChanges } from '../../../src/engine/functions/memory-edit.ts';
import { applyChanges } from '../../../src/engine/functions/text-change.ts';
import { read } from './template-text.ts';

type Line = { text: string; comment: string | null; above: string | null };

const comment = fc.option(fc.constantFrom('why', 'a: b', '"quoted"', '512', 'MemorySize: 1'), { nil: null });
const line = (texts: string[]): fc.Arbitrary<Line> => fc.record({ text: fc.constantFrom(...texts), comment, above: comment });
const memory = line([
  'MemorySize: 512',
  "MemorySize: '512'",
  'MemorySize: "640"',
  'MemorySize: !Ref Size',
  'MemorySize:',
  'MemorySize: { Ref: Size }',
]);
const others = [
  line(['Handler: app.handler', 'Handler: "app.handler"', 'Handler: >-\n  app.handler']),
  line(['Timeout: 3', 'Timeout: !Ref Limit', 'Timeout: 1_0']),
  line(['Runtime: nodejs22.x', 'Runtime: &runtime python3.13']),
  line(['Environment:\n  Variables:\n    MemorySize: 3\n    B: "#"', 'Environment: { Variables: { A: b } }']),
  line(['Layers:\n- one\n- two', 'Layers: [ one,\n  two ]', 'Layers:\n  # first\n  - one']),
  line(['Description: |\n  Handler: none\n\n  # no comment', 'Description: plain\n  and more', 'Description: "x\n  y"']),
];

const template = fc.record({
  properties: fc
    .tuple(
      fc.option(memory, { nil: null }),
      fc.shuffledSubarray(others, { minLength: 1 }).chain((lines) => fc.tuple(...lines)),
      fc.nat(),
    )
    .map(([size, rest, at]) => (size === null ? rest : rest.toSpliced(at % (rest.length + 1), 0, size))),
  step: fc.constantFrom(2, 4),
  eol: fc.constantFrom('\n', '\r\n'),
  endsWithEol: fc.boolean(),
  after: fc.boolean(),
});

function write({ properties, step, eol, endsWithEol, after }: typeof template extends fc.Arbitrary<infer T> ? T : never): string {
  const pad = (depth: number): string => ' '.repeat(step * depth);
  const body = properties.flatMap(({ text, comment, above }) => {
    const [first = '', ...rest] = text.split('\n');
    const hasRoom = comment !== null && !first.includes('"x') && first !== 'Description: plain';
    return [
      ...(above === null ? [] : [`${pad(3)}# ${above}`]),
      `${pad(3)}${first}${hasRoom ? `  # ${comment}` : ''}`,
      ...rest.map((part) => (part === '' ? '' : pad(3) + part)),
    ];
  });
  const tail = after
    ? [
        '',
        '# the other one',
        `${pad(1)}Other:`,
        `${pad(2)}Type: AWS::Lambda::Function`,
        `${pad(2)}Properties: { MemorySize: 192 } # small`,
      ]
    : [];
  const lines = ['# top', 'Parameters: { Size: { Default: 256 }, Limit: { Default: 9 } }', 'Resources:', `${pad(1)}Fn: # here`];
  const text = [...lines, `${pad(2)}Type: AWS::Serverless::Function`, `${pad(2)}Properties:`, ...body, ...tail].join(eol);
  return endsWithEol ? text + eol : text;
}

type Data = { Resources: { Fn: { Properties: Record<string, unknown> } } };
const data = (text: string): Data => parse(text, { logLevel: 'silent' });

test('an edit changes the memory size and nothing else: data, comments and other lines stay', async () => {
  await fc.assert(
    fc.asyncProperty(template, fc.integer({ min: 128, max: 10_240 }), async (shape, memoryMb) => {
      const text = write(shape);
      const content = await read('t.yaml', text);
      const entry = content?.entries.find((one) => one.function.name === 'Fn');
      expect(entry).toBeDefined();
      if (entry === undefined) return;
      const result = applyChanges('t.yaml', text, memoryChanges(entry, memoryMb));

      const [before, after] = [data(text), data(result)];
      expect(after.Resources.Fn.Properties['MemorySize']).toBe(memoryMb);
      delete before.Resources.Fn.Properties['MemorySize'];
      delete after.Resources.Fn.Properties['MemorySize'];
      expect(after).toEqual(before);

      const untouched = (all: string): string[] => all.split(/\r?\n/).filter((one) => !/^ {6,12}MemorySize:/.test(one));
      expect(untouched(result)).toEqual(untouched(text));
      const comments = (all: string): string[] => [...all.matchAll(/#.*/g)].map(([one]) => one.trimEnd());
      expect(comments(result)).toEqual(comments(text));
      expect(result.includes('\r\n')).toBe(text.includes('\r\n'));
    }),
    { numRuns: 400 },
  );
});
