/**
 * The language server: `node main.js --stdio`, or `--node-ipc` as a child of an editor.
 * It ends with `exit`, or when whoever started it is gone.
 */
import { type Connection, createConnection } from 'vscode-languageserver/node';
import { startServer } from './server.ts';

let connection: Connection;
try {
  connection = createConnection();
} catch {
  console.error('Reef: the language server is started by an editor, with --stdio or --node-ipc.');
  process.exit(2);
}
const server = startServer(connection);

// What is under way is aborted however the process ends, so that no sandbox outlives it.
process.once('exit', () => server.abort());
process.once('disconnect', () => process.exit(1));
process.once('SIGTERM', () => process.exit(143));
process.once('SIGINT', () => process.exit(130));

connection.listen();
