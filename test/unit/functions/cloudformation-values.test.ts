import { describe, expect, test } from 'vitest';
import { functionOf, read, sam, textAt } from './template-text.ts';

describe('values', () => {
  const parameters = `Parameters:
  Memory: { Type: Number, Default: 768 }
  Stage: { Type: String, Default: prod }
  Secret: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /path }
  Account: { Type: String, Default: 012345678901 }
  NoDefault: { Type: String }
Mappings:
  Sizes: { prod: { memory: 2048 }, dev: { memory: 256 } }
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsNot: !Not [!Condition IsProd]
  IsBoth: !And [Condition: IsProd, !Or [!Condition IsNot, !Equals [a, a]]]
  IsUnknown: !Equals [!Ref NoDefault, x]
`;
  const memoryOf = async (value: string): Promise<[number | null, boolean | undefined]> => {
    const fn = await functionOf('template.yaml', sam(`MemorySize: ${value}`, parameters));
    return [fn.memoryMb, fn.properties.memory?.literal];
  };

  test.each([
    ['512', 512, true],
    ['"512"', 512, true],
    ["'1024'", 1024, true],
    ['!Ref Memory', 768, false],
    ['{ Ref: Memory }', 768, false],
    ['!Sub "${Memory}"', 768, false],
    ['{ "Fn::Sub": "${Memory}" }', 768, false],
    ['!FindInMap [Sizes, !Ref Stage, memory]', 2048, false],
    ['!If [IsProd, 3008, 128]', 3008, false],
    ['!If [IsNot, 3008, 128]', 128, false],
    ['!If [IsBoth, 3008, 128]', 3008, false],
    ['!If [IsProd, !Ref Memory, !Ref AWS::NoValue]', 768, false],
    ['!If [IsNot, 1, !Ref AWS::NoValue]', null, false],
    ['!If [IsUnknown, 1, 2]', null, false],
    ['!Select [1, [128, 640]]', 640, false],
    ['!Select [1, !Split ["-", "a-832"]]', 832, false],
    ['!Join ["", ["1", "28"]]', 128, false],
    ['!GetAtt Other.Memory', null, false],
    ['!ImportValue memory', null, false],
    ['!Ref NoDefault', null, false],
    ['!Ref Secret', null, false],
    ['', null, true],
  ])('MemorySize: %s is %s', async (text, memoryMb, literal) => {
    expect(await memoryOf(text)).toEqual([memoryMb, literal]);
  });

  test('of the environment: what can be known, as text', async () => {
    const variables = `Environment:
  Variables:
    NAME: !Sub 'images-\${Stage}-\${!kept}'
    OWN: !Sub ['\${a}-\${Stage}', { a: x }]
    ACCOUNT: !Ref Account
    ON: true
    VERSION: 1.10
    ARN: !GetAtt Table.Arn
    TABLE: !Ref Table
    SECRET: '{{resolve:secretsmanager:key}}'`;
    const fn = await functionOf('template.yaml', sam(variables, parameters));
    expect(fn.environment).toEqual({
      NAME: 'images-prod-${kept}',
      OWN: 'x-prod',
      ACCOUNT: '012345678901',
      ON: 'true',
      VERSION: '1.10',
    });
  });

  test('a condition that names itself ends', async () => {
    const loop = 'Conditions:\n  A: !Not [!Condition A]\n';
    const fn = await functionOf('template.yaml', sam('MemorySize: !If [A, 1, 2]', loop));
    expect(fn.memoryMb).toBeNull();
  });

  test.each(['lots', '12.5', '-1', '[1]'])('MemorySize: %s is reported where it stands', async (value) => {
    const text = sam(`MemorySize: ${value}`);
    const content = await read('template.yaml', text);
    expect(content?.entries[0]?.function.memoryMb).toBeNull();
    expect(content?.diagnostics.map(({ code, severity, range }) => [code, severity, textAt(text, range)])).toEqual([
      ['value-invalid', 'warning', value],
    ]);
  });

  test('an unknown architecture is reported', async () => {
    const content = await read('template.yaml', sam('Architectures: [sparc]'));
    expect(content?.diagnostics[0]?.message).toBe('The architecture must be x86_64 or arm64, not "sparc".');
  });
});
