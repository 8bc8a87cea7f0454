import * as vscode from 'vscode';

export type LogChannels = vscode.Disposable & {
  /** The channel of a deployed function, made when there is none. */
  of(functionName: string, target: string): vscode.OutputChannel;
};

/** Channels in which logs of deployed functions are followed, one a function. */
export function createLogChannels(): LogChannels {
  const channels = new Map<string, vscode.OutputChannel>();
  return {
    of(functionName, target) {
      const name = vscode.l10n.t('Reef Logs: {0} ({1})', functionName, target);
      // As a log, the editor colours times and levels.
      const channel = channels.get(name) ?? vscode.window.createOutputChannel(name, 'log');
      channels.set(name, channel);
      return channel;
    },
    dispose() {
      for (const channel of channels.values()) channel.dispose();
    },
  };
}
