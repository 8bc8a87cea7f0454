import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { functionOf, read, sam } from './template-text.ts';

const levels = Array.from({ length: 28 }, (_unused, index) => index);

test('aliases that multiply do not multiply the work', async () => {
  const lists = levels
    .map((level) => `l${level}: &l${level} [${level === 0 ? '1' : `*l${level - 1}, *l${level - 1}`}]\n`)
    .join('');
  const maps = levels
    .map((level) => `m${level}: &m${level} { ${level === 0 ? 'MemorySize: 512' : `<<: [*m${level - 1}, *m${level - 1}]`} }\n`)
    .join('');
  const text = `${lists}${maps}Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      <<: *m27\n      Architectures: *l27\n`;
  expect((await functionOf('t.yaml', text)).memoryMb).toBe(512);
});

test("a file of Reef's own does not multiply them either, and tells that it cannot be read so", async () => {
  const lists = levels.map((level) => `    - &l${level} [${level === 0 ? 'a' : `*l${level - 1}, *l${level - 1}`}]\n`).join('');
  const text = `x-lists:\n${lists}functions:\n  f: { handler: a.b, memory: 512, external: *l27 }\n`;
  expect(await functionOf('reef.yaml', text)).toMatchObject({ handler: 'a.b', memoryMb: 512 });
  expect((await read('reef.yaml', text))?.diagnostics.map(({ code }) => code)).toContain('value-invalid');
});

test('a map that merges itself ends', async () => {
  expect(await functionOf('t.yaml', sam('<<: &self { <<: *self, Timeout: 4 }'))).toMatchObject({ timeoutS: 4 });
});

test('variables that multiply do not multiply the work', async () => {
  const chain = levels
    .map((level) => `  v${level}: '${level === 0 ? 'x' : `\${self:custom.v${level - 1}}\${self:custom.v${level - 1}}`}'\n`)
    .join('');
  const text = `provider: aws\ncustom:\n${chain}functions:\n  f: { handler: '\${self:custom.v27}', memorySize: 512 }\n`;
  expect(await functionOf('serverless.yml', text)).toMatchObject({ handler: null, memoryMb: 512 });
});

const whole = `${sam('CodeUri: src/\nHandler: !Sub "${A}.handler"\nMemorySize: &m !If [C, 512, { Ref: Size }] # why\nEnvironment:\n  Variables: { A: "b", <<: *m }')}Conditions: { C: !Equals [a, !Ref A] }\n`;
const service =
  'provider: { name: aws, memorySize: "${self:custom.m, 512}" }\nfunctions:\n  - a: { handler: x.a }\n  - ${file(b.yml)}\n';
const own =
  'x-all: &m { memory: 512, environment: { A1: b } }\nfunctions:\n  a: { <<: *m, handler: x.a, vpc: { subnets: [subnet-1] }, layers: [one] }\n  b: 5\n';

test('whatever is typed, reading ends with functions and with diagnostics that stand in the text', async () => {
  const edit = fc.record({
    at: fc.nat(),
    remove: fc.nat(12),
    insert: fc.oneof(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ':',
        '- ',
        '\n',
        '\r\n',
        '\t',
        '"',
        "'",
        '&a ',
        '*a',
        '!Ref ',
        '<<: ',
        '# ',
        '|',
        '>',
        '---\n',
        '${',
        '? ',
      ),
      fc.string(),
    ),
  });
  const file = fc.constantFrom(
    ['t.yaml', whole] as const,
    ['serverless.yml', service] as const,
    ['reef.yaml', own] as const,
    ['t.json', JSON.stringify({ a: whole })] as const,
  );
  await fc.assert(
    fc.asyncProperty(file, fc.array(edit, { maxLength: 5 }), async ([name, start], edits) => {
      let text: string = start;
      for (const { at, remove, insert } of edits) {
        const from = at % (text.length + 1);
        text = text.slice(0, from) + insert + text.slice(from + remove);
      }
      const content = await read(name, text, { 'b.yml': text });
      const lines = text.split(/\r\n|\n|\r/).length;
      for (const { range, message } of content?.diagnostics ?? []) {
        expect(range.start.line).toBeLessThan(lines);
        expect(message).toMatch(/\.$/);
      }
    }),
    { numRuns: 300 },
  );
});
