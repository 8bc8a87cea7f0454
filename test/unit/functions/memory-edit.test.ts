import { describe, expect, test } from 'vitest';
import { memoryChanges } from '../../../src/engine/functions/memory-edit.ts';
import { applyChanges } from '../../../src/engine/functions/text-change.ts';
import { functionsOf, read } from './template-text.ts';

/** The template after the edit; the others are files that it includes. */
async function edited(
  text: string,
  name: string,
  memoryMb: number,
  file = 'template.yaml',
  others: Record<string, string> = {},
): Promise<string> {
  const content = await read(file, text, others);
  const entry = content?.entries.find((one) => one.function.name === name);
  if (entry === undefined) throw new Error(`There is no function ${name}`);
  const changes = memoryChanges(entry, memoryMb);
  const [changedFile] = new Set(changes.map((change) => change.file.path));
  const target = changedFile ?? file;
  const result = applyChanges(target, target === file ? text : (others[target] ?? ''), changes);
  const after =
    target === file ? await functionsOf(file, result, others) : await functionsOf(file, text, { ...others, [target]: result });
  expect(after.find((fn) => fn.name === name)?.memoryMb).toBe(memoryMb);
  return result;
}

const head = `Resources:
  Fn: # the function
    Type: AWS::Serverless::Function
    Properties:
`;

describe('a size that the function states', () => {
  test.each([
    ['MemorySize: 512', 'MemorySize: 1024'],
    ['MemorySize: 512  # measured in May', 'MemorySize: 1024  # measured in May'],
    ['MemorySize:   "512"', 'MemorySize:   1024'],
    ['MemorySize: !Ref Size # why', 'MemorySize: 1024 # why'],
    ['MemorySize: !FindInMap [A, B, C]', 'MemorySize: 1024'],
    ['MemorySize: { Ref: Size }', 'MemorySize: 1024'],
    ['MemorySize: &size 512', 'MemorySize: &size 1024'],
    ['MemorySize:', 'MemorySize: 1024'],
    ['MemorySize: # to be measured', 'MemorySize: 1024 # to be measured'],
    ['MemorySize:\n        Ref: Size # shared\n      # next', 'MemorySize:\n        1024 # shared\n      # next'],
    ['MemorySize: >-\n        512\n      # next', 'MemorySize: 1024\n      # next'],
    [
      'MemorySize: !If\n        - IsProd # on production\n        - 1024\n        - 128 # elsewhere',
      'MemorySize: 1024 # on production # elsewhere',
    ],
  ])('%j becomes %j', async (before, after) => {
    const tail = '\n      Timeout: 3 # s\n';
    expect(await edited(`${head}      ${before}${tail}`, 'Fn', 1024)).toBe(`${head}      ${after}${tail}`);
  });

  test('by an alias no longer follows it', async () => {
    const text = `x: &size 512\n${head}      MemorySize: *size\n`;
    expect(await edited(text, 'Fn', 1024)).toBe(`x: &size 512\n${head}      MemorySize: 1024\n`);
  });

  test('to which others refer stays theirs', async () => {
    const text = `${head}      MemorySize: &size 512 # first\n  Other:\n    Type: AWS::Serverless::Function\n    Properties: { MemorySize: *size }\n  Third:\n    Type: AWS::Serverless::Function\n    Properties: { MemorySize: *size }\n`;
    const result = await edited(text, 'Fn', 1024);
    expect(result).toBe(text.replace('&size 512', '1024').replace('*size', '&size 512'));
    expect((await functionsOf('t.yaml', result)).map(({ memoryMb }) => memoryMb)).toEqual([1024, 512, 512]);
  });
});

describe('a size that the function does not state is put in', () => {
  test('after its timeout, runtime or handler, with its indentation', async () => {
    const text = `${head}      # the code\n      CodeUri: src/\n      Handler: app.handler # entry\n\n      Environment:\n        Variables: { A: b }\n`;
    expect(await edited(text, 'Fn', 1024)).toBe(text.replace('# entry\n', '# entry\n      MemorySize: 1024\n'));
  });

  test('before the first property where none ends on its line', async () => {
    const text = `${head}      Environment:\n        Variables:\n          A: b\n`;
    expect(await edited(text, 'Fn', 1024)).toBe(
      `${head}      MemorySize: 1024\n      Environment:\n        Variables:\n          A: b\n`,
    );
  });

  test('where Globals state one for all', async () => {
    const text = `Globals: { Function: { MemorySize: 256 } }\n${head}      Timeout: 3\n  Other:\n    Type: AWS::Serverless::Function\n`;
    const result = await edited(text, 'Fn', 1024);
    expect(result).toBe(text.replace('Timeout: 3\n', 'Timeout: 3\n      MemorySize: 1024\n'));
    expect((await functionsOf('t.yaml', result)).map(({ memoryMb }) => memoryMb)).toEqual([1024, 256]);
  });

  test('where a merge key brings one', async () => {
    const text = `x: &d { MemorySize: 256 }\n${head}      <<: *d\n      Timeout: 3\n`;
    expect(await edited(text, 'Fn', 1024)).toContain('Timeout: 3\n      MemorySize: 1024\n');
  });

  test('at the end of a file without a last line end', async () => {
    expect(await edited(`${head}      Timeout: 3`, 'Fn', 1024)).toBe(`${head}      Timeout: 3\n      MemorySize: 1024`);
  });

  test('with the line ends of the file', async () => {
    const text = `${head}      Timeout: 3 # s\n      Runtime: nodejs22.x\n`.replaceAll('\n', '\r\n');
    expect(await edited(text, 'Fn', 1024)).toBe(text.replace('# s\r\n', '# s\r\n      MemorySize: 1024\r\n'));
  });

  test('in a flow map and in JSON, laid out like the rest', async () => {
    const flow = 'Resources:\n  Fn: { Type: AWS::Serverless::Function, Properties: { Timeout: 3 } } # one line\n';
    expect(await edited(flow, 'Fn', 1024)).toBe(flow.replace('{ Timeout', '{ MemorySize: 1024, Timeout'));
    const json = JSON.stringify(
      { Resources: { Fn: { Type: 'AWS::Lambda::Function', Properties: { Timeout: 3, Handler: 'a.b' } } } },
      null,
      2,
    );
    const result = await edited(json, 'Fn', 1024, 'stack.json');
    expect(JSON.parse(result).Resources.Fn.Properties).toEqual({ MemorySize: 1024, Timeout: 3, Handler: 'a.b' });
    expect(result).toBe(json.replace('"Timeout": 3', '"MemorySize": 1024,\n        "Timeout": 3'));
    const compact = JSON.stringify(JSON.parse(json));
    expect(JSON.parse(await edited(compact, 'Fn', 1024, 'stack.json')).Resources.Fn.Properties.MemorySize).toBe(1024);
  });

  test('with the Properties that are missing', async () => {
    const block =
      'Resources:\n    Fn:\n        Type: AWS::Serverless::Function # no more\n    Other:\n        Type: AWS::SNS::Topic\n';
    expect(await edited(block, 'Fn', 1024)).toBe(
      block.replace('# no more\n', '# no more\n        Properties:\n          MemorySize: 1024\n'),
    );
    const empty = 'Resources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties: # none\n';
    expect(await edited(empty, 'Fn', 1024)).toBe(empty.replace('# none\n', '# none\n      MemorySize: 1024\n'));
    const braces = 'Resources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties: {}\n';
    expect(await edited(braces, 'Fn', 1024)).toBe(braces.replace('{}', '{ MemorySize: 1024 }'));
    const json = '{"Resources": {"Fn": {"Type": "AWS::Serverless::Function"}}}';
    expect(JSON.parse(await edited(json, 'Fn', 1024, 'a.json')).Resources.Fn.Properties).toEqual({ MemorySize: 1024 });
  });
});

describe('a Serverless Framework service', () => {
  test('gets the size in the function, also when the provider states one', async () => {
    const text = 'provider:\n  name: aws\n  memorySize: 512\nfunctions:\n  a:\n    handler: x.a # a\n  b: { handler: x.b }\n';
    expect(await edited(text, 'a', 1024, 'serverless.yml')).toBe(text.replace('# a\n', '# a\n    memorySize: 1024\n'));
    expect(await edited(text, 'b', 1024, 'serverless.yml')).toBe(
      text.replace('{ handler: x.b', '{ memorySize: 1024, handler: x.b'),
    );
  });

  test('gets a number in place of a variable', async () => {
    const text = 'provider: aws\ncustom: { m: 512 }\nfunctions:\n  a:\n    handler: x.a\n    memorySize: ${self:custom.m} # MB\n';
    expect(await edited(text, 'a', 1024, 'serverless.yml')).toBe(text.replace('${self:custom.m}', '1024'));
  });

  test('in a list keeps its layout', async () => {
    const text = 'provider: aws\nfunctions:\n  - a:\n      handler: x.a\n  - b:\n      handler: x.b\n      memorySize: 512\n';
    expect(await edited(text, 'a', 1024, 'serverless.yml')).toBe(text.replace('x.a\n', 'x.a\n      memorySize: 1024\n'));
  });

  test('is edited in the file that holds the function', async () => {
    const text = 'provider: aws\nfunctions:\n  a: ${file(a.yml)}\n';
    expect(await edited(text, 'a', 1024, 'serverless.yml', { 'a.yml': 'handler: x.a # here\n' })).toBe(
      'handler: x.a # here\nmemorySize: 1024\n',
    );
  });
});

describe("a file of Reef's own", () => {
  const text =
    'functions:\n  a: # ours\n    handler: x.a # why\n    memory: 512 # MB\n  b: { handler: x.b }\n  c:\n    handler: x.c\n';

  test('gets the size in place, with its comments', async () => {
    expect(await edited(text, 'a', 1024, 'reef.yaml')).toBe(text.replace('512', '1024'));
  });

  test('gets the property where it is missing', async () => {
    expect(await edited(text, 'b', 1024, 'reef.yaml')).toBe(text.replace('{ handler: x.b', '{ memory: 1024, handler: x.b'));
    expect(await edited(text, 'c', 1024, 'reef.yaml')).toBe(`${text}    memory: 1024\n`);
  });

  test('gets a size in place of what is none', async () => {
    expect(await edited(text.replace('512', 'lots'), 'a', 1024, 'reef.yaml')).toBe(text.replace('512', '1024'));
  });

  test('gets one of its own where the size is shared', async () => {
    const shared = 'x-all: &all { memory: 512 }\nfunctions:\n  a:\n    <<: *all\n    handler: x.a\n';
    expect(await edited(shared, 'a', 1024, 'reef.yaml')).toBe(shared.replace('x.a\n', 'x.a\n    memory: 1024\n'));
  });
});

test.each([
  [
    'Properties that are an alias',
    'p: &p { MemorySize: 1 }\nResources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties: *p\n',
    'template.yaml',
  ],
  ['a function that is a variable', 'provider: aws\nfunctions:\n  Fn: ${ssm:/x}\n', 'serverless.yml'],
])('%s cannot be edited, and the error says what to do', async (_name, text, file) => {
  await expect(edited(text, 'Fn', 1024, file)).rejects.toThrow(/set (?:M|m)emorySize by hand/);
});
