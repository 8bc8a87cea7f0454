import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { dereference, propertiesOf, type Spot } from '../yaml-file.ts';

/** Values of one function; more is no setting but a text made to keep its reader busy. */
const maxSteps = 10_000;
const maxDepth = 30;

/** What is no data (a tag of another tool, an alias to nothing, a text that is too deep): no schema takes it. */
export const notData = Symbol('not data');

/**
 * A part of a document as plain data, aliases and merge keys followed. Numbers keep their text where it is not theirs:
 * `012` stays an account id.
 */
export function plainValue(spot: Spot | null): unknown {
  let steps = 0;
  const convert = ({ file, node }: Spot, depth: number): unknown => {
    const found = dereference(file, node);
    if (found === null || found.tag?.startsWith('!') === true || depth > maxDepth || ++steps > maxSteps) return notData;
    const inner = (child: Node | null): unknown => (child === null ? null : convert({ file, node: child }, depth + 1));
    if (isMap(found)) {
      return Object.fromEntries(propertiesOf({ file, node: found }).map(({ key, value }) => [String(key.value), inner(value)]));
    }
    if (isSeq(found)) return found.items.map((item) => inner(item as Node | null));
    if (!isScalar(found)) return notData;
    const { value, source } = found;
    return typeof value === 'number' && source !== undefined && String(value) !== source ? source : value;
  };
  return spot === null ? null : convert(spot, 0);
}
