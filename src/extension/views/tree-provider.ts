import * as vscode from 'vscode';
import type { TreeNode } from './tree-node.ts';

export type TreeProvider<Payload> = vscode.TreeDataProvider<TreeNode<Payload>> & vscode.Disposable & { refresh(): void };

/** Draws plain nodes; `roots` is asked when the view is shown and after each `refresh`. */
export function createTreeProvider<Payload extends { folder: string }>(
  roots: () => Promise<readonly TreeNode<Payload>[]>,
): TreeProvider<Payload> {
  const changed = new vscode.EventEmitter<void>();
  return {
    onDidChangeTreeData: changed.event,
    refresh: () => changed.fire(),
    getChildren: async (node) => [...(await (node === undefined ? roots() : (node.load?.() ?? node.children)))],
    getTreeItem: toTreeItem,
    resolveTreeItem(item, node) {
      if (typeof node.tooltip === 'function') item.tooltip = new vscode.MarkdownString(node.tooltip(), true);
      return item;
    },
    dispose: () => changed.dispose(),
  };
}

function toTreeItem<Payload extends { folder: string }>(node: TreeNode<Payload>): vscode.TreeItem {
  const item = new vscode.TreeItem(node.label, collapsibleState(node));
  item.id = node.id;
  item.contextValue = node.traits.join(' ');
  if (node.description !== undefined) item.description = node.description;
  if (node.icon !== undefined) {
    item.iconPath = new vscode.ThemeIcon(
      node.icon.id,
      node.icon.color === undefined ? undefined : new vscode.ThemeColor(node.icon.color),
    );
  }
  if (typeof node.tooltip === 'string') item.tooltip = new vscode.MarkdownString(node.tooltip, true);
  if (node.accessibilityLabel !== undefined) item.accessibilityInformation = { label: node.accessibilityLabel };
  if (node.opens !== undefined) {
    const uri = vscode.Uri.joinPath(vscode.Uri.parse(node.payload.folder), node.opens);
    item.command = { command: 'vscode.open', title: '', arguments: [uri] };
  } else if (node.command !== undefined) {
    item.command = { command: node.command, title: '', arguments: [node] };
  }
  return item;
}

function collapsibleState(node: TreeNode<unknown>): vscode.TreeItemCollapsibleState {
  if (node.load === undefined && node.children.length === 0) return vscode.TreeItemCollapsibleState.None;
  return node.expanded === true ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
}
