import { describe, expect, it } from 'vitest';
import { groupRows, matchesFilter, parseGrouping } from '../../../src/protocol/deployed-groups.ts';
import { deployedRow, inStack } from '../extension/deployed-rows.ts';

describe('a grouping', () => {
  it.for([
    ['none', { by: 'none' }],
    ['stack', { by: 'stack' }],
    ['tag:team', { by: 'tag', key: 'team' }],
    ['tag:a:b', { by: 'tag', key: 'a:b' }],
    ['tag:', null],
    ['team', null],
    ['', null],
  ] as const)('is read from text: %s', ([text, grouping]) => {
    expect(parseGrouping(text)).toEqual(grouping);
  });

  it('puts groups and functions in the order of their names, and what is in none last', () => {
    const rows = [
      deployedRow('d'),
      deployedRow('c', { tags: inStack('shop') }),
      deployedRow('b', { tags: { ...inStack('shop'), team: 'red' } }),
      deployedRow('a', { tags: inStack('depot') }),
    ];
    const names = (text: string) => {
      const grouping = parseGrouping(text);
      if (grouping === null) throw new Error(text);
      return groupRows(rows, grouping).map(([group, members]) => [group, members.map(({ name }) => name)]);
    };
    expect(names('stack')).toEqual([
      ['depot', ['a']],
      ['shop', ['b', 'c']],
      [null, ['d']],
    ]);
    expect(names('tag:team')).toEqual([
      ['red', ['b']],
      [null, ['a', 'c', 'd']],
    ]);
    expect(names('none')).toEqual([[null, ['a', 'b', 'c', 'd']]]);
  });
});

describe('a filter', () => {
  const row = deployedRow('shop-Quote', { runtime: 'python3.12', architecture: 'arm64', tags: { Team: 'Red Sea' } });

  it.for([
    ['', true],
    ['  ', true],
    ['quote', true],
    ['PYTHON arm', true],
    ['team=red', true],
    ['team=red quote zip', true],
    ['sea', true],
    ['node', false],
    ['quote node', false],
    ['team=blue', false],
  ] as const)('wants every word somewhere: "%s" %s', ([filter, expected]) => {
    expect(matchesFilter(row, filter)).toBe(expected);
  });

  it('knows images, which have no runtime', () => {
    expect(matchesFilter(deployedRow('x', { runtime: null, packageType: 'image' }), 'image')).toBe(true);
  });
});
