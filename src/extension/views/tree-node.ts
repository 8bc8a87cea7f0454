/** A node of a tree view as plain data: made by the models, which know nothing of the editor, and drawn by `tree-provider.ts`. */
export type TreeNode<Payload> = {
  /** Stable across refreshes, so that the view keeps what is open and selected. */
  id: string;
  label: string;
  description?: string;
  /** Markdown; may hold `$(icon)`. A function is asked when the pointer rests on the node: for trees with thousands. */
  tooltip?: string | (() => string);
  /** What a screen reader says instead of label and description. */
  accessibilityLabel?: string;
  /** A codicon and the theme colour in which it is drawn. */
  icon?: { id: string; color?: string };
  /** Words that `when` clauses of the menus match. */
  traits: readonly string[];
  /** The command that a click runs; the node itself is its argument. */
  command?: string;
  /** The file that a click opens, relative to the folder of the payload. */
  opens?: string;
  children: readonly TreeNode<Payload>[];
  /** In place of `children`: asked when the node is opened, and again after each refresh while it is open. */
  load?: () => Promise<readonly TreeNode<Payload>[]>;
  expanded?: boolean;
  payload: Payload;
};

/** Texts of the models go through `vscode.l10n.t`, handed over by the views. */
export type Translate = (message: string, ...args: (string | number)[]) => string;

/** Text from a workspace, made harmless in Markdown. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!<>|~$&]/g, '\\$&');
}
