/** `vscode.l10n.t` without translations: puts the arguments at their places. */
export function english(message: string, ...args: (string | number)[]): string {
  return message.replace(/\{(\d+)\}/g, (_, index: string) => String(args[Number(index)]));
}
