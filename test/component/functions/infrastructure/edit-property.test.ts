import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { functionsOf, read } from '../../../unit/functions/template-text.ts';
import { edited } from './edited.ts';

/** How a language writes a function with settings, each on a line of its own. */
type Dialect = {
  file: string;
  comment: string;
  sizes: string[];
  others: string[];
  write: (lines: string[]) => string;
  /** A line that states the size of the function, or of its constant. */
  size: RegExp;
};

const typescript: Dialect = {
  file: 'stack.ts',
  comment: '//',
  sizes: ['memorySize: 512,', '"memorySize": 0x200,', 'memorySize: MEMORY,', 'memorySize: 2 * 256,', 'memorySize: (640),'],
  others: [
    "handler: 'app.handler',",
    'timeout: Duration.seconds(3),',
    'runtime: lambda.Runtime.NODEJS_22_X,',
    'environment: { memorySize: "3", B: "//" },',
    'description: `memorySize: 7`,',
    'layers: [one,\n  two],',
    '...common,',
  ],
  write: (lines) =>
    [
      "import * as lambda from 'aws-cdk-lib/aws-lambda';",
      'const MEMORY = 512;',
      'const common = { tracing: 1 };',
      "new lambda.Function(this, 'Fn', {",
      ...lines,
      '});',
      "new lambda.Function(this, 'Other', { memorySize: 192 }); // small",
    ].join('\n'),
  size: /^ *"?memorySize"?: |^const MEMORY = /,
};

const python: Dialect = {
  file: 'stack.py',
  comment: '#',
  sizes: ['memory_size=512,', 'memory_size = 1_024,', 'memory_size=MEMORY,', 'memory_size=2 * 256,'],
  others: [
    'handler="app.handler",',
    'timeout=Duration.seconds(3),',
    'runtime=lambda_.Runtime.PYTHON_3_13,',
    'environment={"memory_size": "3", "B": "#"},',
    'description="""memory_size=7""",',
    'layers=[one,\n  two],',
  ],
  write: (lines) =>
    [
      'from aws_cdk import aws_lambda as lambda_',
      'MEMORY = 512',
      'lambda_.Function(stack, "Fn",',
      ...lines,
      ')',
      'lambda_.Function(stack, "Other", memory_size=192)  # small',
    ].join('\n'),
  size: /^ *memory_size ?= ?|^MEMORY = /,
};

const terraform: Dialect = {
  file: 'main.tf',
  comment: '#',
  sizes: ['memory_size = 512', 'memory_size   = "512"', 'memory_size = local.memory', 'memory_size = 2 * 256'],
  others: [
    'handler     = "app.handler"',
    'timeout = 3',
    'runtime = "python3.13"',
    'tags = { memory_size = 3, B = "#" }',
    'description = <<-EOT\n  memory_size = 7\n  # no comment\nEOT',
    'environment {\n  variables = { A = "memory_size" }\n}',
    'layers = [\n  "one",\n]',
  ],
  write: (lines) =>
    [
      'locals {',
      '  memory = 512',
      '}',
      'resource "aws_lambda_function" "Fn" {',
      'role = "r"',
      ...lines,
      '}',
      'resource "aws_lambda_function" "Other" {',
      '  memory_size = 192 # small',
      '}',
    ].join('\n'),
  size: /^ *memory_size +=|^ *memory = /,
};

type Line = { text: string; comment: string | null; above: string | null };
const comment = fc.option(fc.constantFrom('why', '"quoted"', '512', 'memorySize: 1'), { nil: null });
const lineOf = (texts: string[]): fc.Arbitrary<Line> => fc.record({ text: fc.constantFrom(...texts), comment, above: comment });

function shapeOf({ sizes, others }: Dialect) {
  return fc.record({
    lines: fc
      .tuple(fc.option(lineOf(sizes), { nil: null }), fc.shuffledSubarray(others, { minLength: 1 }), fc.nat())
      .chain(([size, rest, at]) =>
        fc
          .tuple(...rest.map((text) => lineOf([text])))
          .map((lines) => (size === null ? lines : lines.toSpliced(at % (lines.length + 1), 0, size))),
      ),
    indent: fc.constantFrom('  ', '    ', '\t'),
    eol: fc.constantFrom('\n', '\r\n'),
  });
}

function write(dialect: Dialect, { lines, indent, eol }: { lines: Line[]; indent: string; eol: string }): string {
  const body = lines.flatMap(({ text, comment: why, above }) => {
    const [first = '', ...rest] = text.split('\n');
    const hasRoom = why !== null && rest.length === 0;
    return [
      ...(above === null ? [] : [`${indent}${dialect.comment} ${above}`]),
      `${indent}${first}${hasRoom ? `  ${dialect.comment} ${why}` : ''}`,
      // The end of a heredoc stands where it stands.
      ...rest.map((part) => (part === 'EOT' ? part : indent + part)),
    ];
  });
  return dialect.write(body).replaceAll('\n', eol);
}

describe.each([typescript, python, terraform])('an edit of $file', (dialect) => {
  test('changes the size and nothing else: other settings, lines, comments and line ends stay', async () => {
    await fc.assert(
      fc.asyncProperty(shapeOf(dialect), fc.integer({ min: 128, max: 10_240 }), async (shape, memoryMb) => {
        const text = write(dialect, shape);
        const result = await edited(dialect.file, text, 'Fn', memoryMb);
        const [before, after] = await Promise.all([text, result].map((one) => functionsOf(dialect.file, one)));
        const settings = (functions: typeof before) =>
          functions?.map(({ memoryMb: _size, templateRange: _range, properties, ...rest }) => [
            rest,
            Object.keys(properties).filter((name) => name !== 'memory'),
          ]);
        expect(settings(after)).toEqual(settings(before));
        const untouched = (all: string): string[] => all.split(/\r?\n/).filter((line) => !dialect.size.test(line.trimStart()));
        expect(untouched(result)).toEqual(untouched(text));
        const comments = (all: string): string[] => [...all.matchAll(/(?:\/\/|#) .*/g)].map(([one]) => one.trimEnd());
        expect(comments(result)).toEqual(comments(text));
        expect(result.includes('\r\n')).toBe(text.includes('\r\n'));
      }),
      { numRuns: 300 },
    );
  });

  test('whatever is typed, reading ends, ranges stand in the text, and an edit states the size or says why not', async () => {
    const typing = fc.record({
      at: fc.nat(),
      remove: fc.nat(15),
      insert: fc.oneof(
        fc.constantFrom(
          ...'{}()[]"\'`=:,;#'.split(''),
          '\n',
          '\r\n',
          '${',
          '<<EOT\n',
          '/*',
          '*/',
          '"""',
          '...',
          '**',
          '\0',
          '\u{1F600}',
        ),
        fc.string({ maxLength: 8 }),
      ),
    });
    await fc.assert(
      fc.asyncProperty(shapeOf(dialect), fc.array(typing, { maxLength: 4 }), async (shape, typings) => {
        let text = write(dialect, shape);
        for (const { at, remove, insert } of typings) {
          const from = at % (text.length + 1);
          text = text.slice(0, from) + insert + text.slice(from + remove);
        }
        const content = await read(dialect.file, text);
        const lines = text.split(/\r\n|\n|\r/);
        for (const { function: fn } of content?.entries ?? []) {
          const { start, end } = fn.templateRange;
          expect(start.line).toBeLessThan(lines.length);
          expect(end.character).toBeLessThanOrEqual(lines[end.line]?.length ?? -1);
        }
        if (content?.entries.some((entry) => entry.function.name === 'Fn') !== true) return;
        // What cannot be edited so that only the size differs, the index refuses: here the reading after it tells.
        const ending = await edited(dialect.file, text, 'Fn', 1024).then(() => 'edited', String);
        expect(ending).toMatch(/^edited$|stays as it is, as|to deeply equal/);
      }),
      { numRuns: 300 },
    );
  });
});
