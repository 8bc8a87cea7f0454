import { posix } from 'node:path';
import type * as api from '@vscode/tree-sitter-wasm';
import type { Language as Grammar, Node, Parser } from '@vscode/tree-sitter-wasm';
import type { TextRange } from '../../../protocol/functions.ts';
import { assetPath } from '../../assets.ts';

type TreeSitter = typeof api;
type GrammarName = 'javascript' | 'typescript' | 'tsx' | 'python' | 'terraform';

let loading: Promise<{ api: TreeSitter; parser: Parser }> | undefined;
const grammars = new Map<GrammarName, Promise<Grammar>>();

/** Loaded when the first source is parsed, once for the process. */
async function treeSitter(): Promise<{ api: TreeSitter; parser: Parser }> {
  loading ??= (async () => {
    const imported: TreeSitter & { default?: TreeSitter } = await import('@vscode/tree-sitter-wasm');
    const api = imported.default ?? imported;
    await api.Parser.init({ locateFile: (file) => assetPath(`wasm/${file}`) });
    return { api, parser: new api.Parser() };
  })();
  return loading;
}

function grammarName(file: string): GrammarName {
  const extension = posix.extname(file).toLowerCase();
  if (extension === '.py') return 'python';
  if (extension === '.tf' || extension === '.tfvars') return 'terraform';
  if (extension === '.tsx') return 'tsx';
  return /^\.[cm]?ts$/.test(extension) ? 'typescript' : 'javascript';
}

/** Parses a source by the grammar of its extension and gives its root to `read`; the tree lives only during that call. */
async function withSyntaxTree<T>(file: string, text: string, read: (root: Node) => T): Promise<T> {
  const { api, parser } = await treeSitter();
  const name = grammarName(file);
  const known = grammars.get(name) ?? api.Language.load(assetPath(`wasm/tree-sitter-${name}.wasm`));
  grammars.set(name, known);
  parser.setLanguage(await known);
  const tree = parser.parse(text);
  if (tree === null) throw new Error(`The parser gave no tree for ${file}`);
  try {
    return read(tree.rootNode);
  } finally {
    tree.delete();
  }
}

/**
 * As `withSyntaxTree`, for a text that may be in the middle of an edit: what is open at its end would swallow much of it, so
 * it is also read with all brackets closed. `best` is the reading in which `count` finds more; offsets stay as they are.
 */
export async function withClosedSyntaxTree<T>(
  file: string,
  text: string,
  read: (root: Node) => T,
  count: (read: T) => number,
): Promise<{ open: T; best: T }> {
  const { open, missing } = await withSyntaxTree(file, text, (root) => ({
    open: read(root),
    missing: root.hasError ? missingClosers(root) : '',
  }));
  if (missing === '') return { open, best: open };
  const closed = await withSyntaxTree(file, `${text}\n${missing.split('').join('\n')}\n`, read);
  return { open, best: count(closed) > count(open) ? closed : open };
}

export function rangeOfNode(node: Node): TextRange {
  const { startPosition: start, endPosition: end } = node;
  return { start: { line: start.row, character: start.column }, end: { line: end.row, character: end.column } };
}

export function childrenOf(node: Node | null): Node[] {
  return node === null ? [] : node.namedChildren.filter((child) => child !== null);
}

const closerOf = new Map([
  ['{', '}'],
  ['(', ')'],
  ['[', ']'],
  ['${', '}'],
]);

/** The brackets that would close what is open at the end of a text, the innermost first. */
function missingClosers(root: Node): string {
  const open: string[] = [];
  const cursor = root.walk();
  try {
    for (;;) {
      const closer = closerOf.get(cursor.nodeType);
      if (closer !== undefined) open.push(closer);
      else if (cursor.nodeType === open.at(-1)) open.pop();
      if (cursor.gotoFirstChild()) continue;
      while (!cursor.gotoNextSibling()) if (!cursor.gotoParent()) return open.toReversed().join('');
    }
  } finally {
    cursor.delete();
  }
}

/** Where the first syntax error is; null when there is none. */
export function firstError(root: Node): TextRange | null {
  let node: Node = root;
  while (node.hasError) {
    if (node.isError || node.isMissing) return rangeOfNode(node);
    const next = node.children.find((child) => child !== null && (child.hasError || child.isMissing));
    if (next === undefined || next === null) return rangeOfNode(node);
    node = next;
  }
  return node.isMissing ? rangeOfNode(node) : null;
}
