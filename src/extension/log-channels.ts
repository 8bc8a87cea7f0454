import * as vscode from 'vscode';

export type LogChannel = {
  channel: vscode.OutputChannel;
  /** A log is followed in it now. */
  isFollowed: boolean;
};

export type LogChannels = vscode.Disposable & {
  /** The channel of a deployed function, made when there is none. */
  of(functionName: string, target: string): LogChannel;
};

/** Channels in which logs of deployed functions are followed, one a function and target. */
export function createLogChannels(): LogChannels {
  const channels = new Map<string, LogChannel>();
  return {
    of(functionName, target) {
      const name = vscode.l10n.t('Reef Logs: {0} ({1})', functionName, target);
      // As a log, the editor colours times and levels.
      const known = channels.get(name) ?? { channel: vscode.window.createOutputChannel(name, 'log'), isFollowed: false };
      channels.set(name, known);
      return known;
    },
    dispose() {
      for (const { channel } of channels.values()) channel.dispose();
    },
  };
}
