/**
 * The language server: `node main.js --stdio`, or `--node-ipc` as a child of an editor.
 * It ends with `exit`, or when whoever started it is gone.
 */
import { Console } from 'node:console';
import {
  createConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageReader,
  type MessageWriter,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { startServer } from './server.ts';

function transport(): [MessageReader, MessageWriter] | null {
  if (process.argv.includes('--node-ipc') && process.send !== undefined) {
    return [new IPCMessageReader(process), new IPCMessageWriter(process)];
  }
  if (!process.argv.includes('--stdio')) return null;
  // The protocol has stdout for itself.
  globalThis.console = new Console(process.stderr);
  return [new StreamMessageReader(process.stdin), new StreamMessageWriter(process.stdout)];
}

function serve([reader, writer]: [MessageReader, MessageWriter]): void {
  const connection = createConnection(reader, writer);
  const server = startServer(connection);

  /** What is under way is stopped and marked before the process ends. */
  const end = (exitCode: number): void => void server.close().finally(() => process.exit(exitCode));
  reader.onClose(() => end(1));
  process.once('disconnect', () => end(1));
  process.once('SIGTERM', () => end(143));
  process.once('SIGINT', () => end(130));

  connection.listen();
}

const streams = transport();
if (streams === null) {
  console.error('Reef: the language server is started by an editor, with --stdio or --node-ipc.');
  process.exit(2);
}
serve(streams);
