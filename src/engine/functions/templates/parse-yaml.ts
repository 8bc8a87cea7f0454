import { type CollectionTag, type Document, parseDocument, type ScalarTag, type YAMLParseError } from 'yaml';
import { TextLines } from '../text-lines.ts';
import type { YamlFile } from './yaml-file.ts';

const intrinsicTags = (
  'Ref Sub GetAtt Join If FindInMap Select Split ImportValue Base64 Cidr GetAZs Transform Equals Not And Or ' +
  'Condition Length ToJsonString ForEach Contains ValueOf'
).split(' ');

/** Keeps the node as it is under its tag: values are worked out from the tree, where positions are. */
const customTags: (ScalarTag | CollectionTag)[] = intrinsicTags.flatMap((name) => [
  { tag: `!${name}`, resolve: (text: string) => text },
  { tag: `!${name}`, collection: 'seq', resolve: (node) => node },
  { tag: `!${name}`, collection: 'map', resolve: (node) => node },
]);

const maxRepairs = 6;
const maxRepairLength = 200_000;

/**
 * Parses YAML or JSON. Where the text is broken, as it often is while somebody types, one open bracket would swallow
 * the rest: lines at errors are then left out, at most a few, as long as that makes the errors fewer or later.
 */
export function parseYaml(path: string, text: string): YamlFile {
  const document = parse(text);
  const isBroken = syntaxErrors(document).length > 0 && text.length <= maxRepairLength;
  return {
    path,
    text,
    lines: new TextLines(text),
    document: isBroken ? repaired(text, document) : document,
    errors: document.errors,
  };
}

function parse(text: string): Document.Parsed {
  return parseDocument(text, { customTags, merge: true, prettyErrors: false, logLevel: 'silent' });
}

/** A key that stands twice leaves the rest readable. */
function syntaxErrors(document: Document.Parsed): YAMLParseError[] {
  return document.errors.filter(({ code }) => code !== 'DUPLICATE_KEY');
}

function repaired(text: string, document: Document.Parsed): Document.Parsed {
  let best = { text, document };
  for (let round = 0; round < maxRepairs; round++) {
    const [error] = syntaxErrors(best.document);
    if (error === undefined) break;
    const tries = linesAt(best.text, error.pos[0]).map(([start, end]) => {
      const without = best.text.slice(0, start) + ' '.repeat(end - start) + best.text.slice(end);
      return { text: without, document: parse(without) };
    });
    const [better] = tries
      .filter((one) => isBetter(one.document, best.document))
      .toSorted((a, b) => (isBetter(a.document, b.document) ? -1 : 1));
    if (better === undefined) break;
    best = better;
  }
  return best.document;
}

function isBetter(one: Document.Parsed, other: Document.Parsed): boolean {
  const [mine, theirs] = [syntaxErrors(one), syntaxErrors(other)];
  if (mine.length !== theirs.length) return mine.length < theirs.length;
  return (mine[0]?.pos[0] ?? 0) > (theirs[0]?.pos[0] ?? 0);
}

/** Offsets of the line before an error, where what it misses often began, and of its own line. */
function linesAt(text: string, offset: number): [start: number, end: number][] {
  const lines: [number, number][] = [];
  for (const match of text.matchAll(/[^\r\n]*[^\s][^\r\n]*/g)) {
    if (match.index > offset) break;
    if (!match[0].trimStart().startsWith('#')) lines.push([match.index, match.index + match[0].length]);
  }
  return lines.slice(-2);
}
