import { expect, it } from 'vitest';
import { qualifiedName } from '../../../src/engine/functions/qualified-name.ts';

const arn = 'arn:aws-us-gov:lambda:us-gov-west-1:012345678912:function:Echo';

it.for([
  ['Echo', 'Echo', 'Echo', null],
  ['Echo:live', 'Echo', 'Echo', 'live'],
  ['Echo:$LATEST', 'Echo', 'Echo', '$LATEST'],
  ['012345678912:function:Echo', '012345678912:function:Echo', 'Echo', null],
  ['012345678912:function:Echo:7', '012345678912:function:Echo', 'Echo', '7'],
  ['function:Echo:7', 'function:Echo', 'Echo', '7'],
  [arn, arn, 'Echo', null],
  [`${arn}:live`, arn, 'Echo', 'live'],
  ['shop/template.yaml#Echo', 'shop/template.yaml#Echo', 'shop/template.yaml#Echo', null],
  ['shop/template.yaml#Echo:3', 'shop/template.yaml#Echo', 'shop/template.yaml#Echo', '3'],
  ['', '', '', null],
  ['Echo:', 'Echo:', 'Echo:', null],
  ['a:b:c', 'a:b:c', 'a:b:c', null],
] as const)('%s', ([text, fn, name, qualifier]) => {
  expect(qualifiedName(text)).toEqual({ function: fn, name, qualifier });
});
