import { describe, expect, it } from 'vitest';
import { entriesOf, spanOf } from '../../../src/engine/targets/aws/call-log.ts';
import { factOf } from '../../../src/engine/exchange/logs/read-logs.ts';
import { end, id, metrics, platform, report, start } from '../exchange/log-lines.ts';

/** The lines of call 2 among these of one stream. */
function linesOfCall(...lines: string[]): { lines: string[]; isWhole: boolean } {
  const facts = lines.map((message) =>
    entriesOf({ id: null, atMs: 0, stream: 's', message })
      .map(factOf)
      .filter((fact) => fact !== null),
  );
  const { from, to, isWhole } = spanOf(facts, id(2));
  return { lines: lines.slice(from, to), isWhole };
}

const before = [start(1), 'one', end(1), report(1)];
const call = [start(2), 'printed', '{"level":"INFO"}', end(2), report(2)];
const after = [start(3), 'three', end(3), report(3)];

describe('the lines of a call in the log of its sandbox', () => {
  it('are those from its start to its report, whatever they name', () => {
    expect(linesOfCall(...before, ...call, ...after)).toEqual({ lines: call, isWhole: true });
    expect(linesOfCall(...call)).toEqual({ lines: call, isWhole: true });
  });

  it('hold its init', () => {
    const init = ['INIT_START Runtime Version: nodejs:22.v1', 'loading'];
    expect(linesOfCall(...init, ...call, ...after)).toEqual({ lines: [...init, ...call], isWhole: true });
  });

  it('are the same in the JSON format', () => {
    const json = (n: number): string[] => [
      platform('start', { requestId: id(n), version: '7' }),
      JSON.stringify({ level: 'INFO', requestId: id(n), message: 'hello' }),
      platform('runtimeDone', { requestId: id(n), status: 'success' }),
      platform('report', { requestId: id(n), metrics, status: 'success' }),
    ];
    expect(linesOfCall(...json(1), ...json(2), ...json(3))).toEqual({ lines: json(2), isWhole: true });
  });

  it('without a report end where the next call begins, and are not whole', () => {
    const cut = call.slice(0, -1);
    expect(linesOfCall(...before, ...cut, ...after)).toEqual({ lines: cut, isWhole: false });
    expect(linesOfCall(...before, ...cut)).toEqual({ lines: cut, isWhole: false });
  });

  it('without a start begin after the report before', () => {
    expect(linesOfCall(...before, 'printed', report(2), ...after)).toEqual({ lines: ['printed', report(2)], isWhole: true });
  });
});
