/** Offsets in a text, the end not included. */
export type Span = { start: number; end: number };

/**
 * What a program or configuration language writes as a value, as far as settings of functions need it: the same shape for
 * TypeScript, Python and HCL, so that one evaluation serves all.
 */
export type Expression = Span &
  (
    | { kind: 'literal'; value: string | number | boolean | null }
    /** A name, or members of one: `memory`, `props.memory`, `local.size`. */
    | { kind: 'name'; names: string[] }
    /** A member of what is no mere name, e.g. `Path(__file__).parent`. */
    | { kind: 'member'; object: Expression; name: string }
    | { kind: 'call'; names: string[]; items: Expression[]; named: Entry[] }
    /** A text with values in it. */
    | { kind: 'text'; parts: Expression[] }
    | { kind: 'binary'; operator: string; left: Expression; right: Expression }
    | { kind: 'map'; entries: Entry[] }
    | { kind: 'list'; items: Expression[] }
    | { kind: 'other' }
  );

/** An entry of a map, or a named argument. A key of null takes in all entries of a map: `...common`, `**common`. */
export type Entry = { key: string | null; keySpan: Span; value: Expression; shorthand: boolean };

const longestShown = 60;

/** An expression as it is written, for a sentence: on one line, and cut where it is long. */
export function written(text: string, { start, end }: Span): string {
  const line = text.slice(start, end).replaceAll(/\s+/g, ' ').trim();
  return line.length > longestShown ? `${line.slice(0, longestShown)}…` : line;
}
