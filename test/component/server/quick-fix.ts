import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CodeAction, TextDocumentEdit } from 'vscode-languageserver/node';
import type { ProfileResult } from '../../../src/protocol/requests.ts';
import type { Client } from './client.ts';

type Fixed = { title: string; text: string };

/** Profiles a function shortly on this machine; returns the size that is recommended. */
export async function profiled(client: Client, folder: string, functionId: string): Promise<number> {
  const event = { text: '{}' };
  const params = { folder, functionId, target: 'process', event, maxInvocations: 8 };
  return (await client.request<ProfileResult>('reef/profile', params)).report.recommendation.memory_mb;
}

/** What the two quick fixes of the advice on a file make of its text, and the line that the advice stands on. */
export async function applyFix(
  client: Client,
  uri: string,
  text: string,
): Promise<Fixed & { commented: Fixed; diagnosticLine: number }> {
  await client.until(() => client.diagnostics.get(uri)?.some(({ code }) => code === 'reef.memory') === true);
  const range = client.diagnostics.get(uri)?.find(({ code }) => code === 'reef.memory')?.range;
  const params = { textDocument: { uri }, range, context: { diagnostics: [] } };
  const [plain, commented] = await client.request<CodeAction[]>('textDocument/codeAction', params);
  const applied = (fix: CodeAction | undefined): Fixed => {
    const [edit] = (fix?.edit?.documentChanges ?? []) as TextDocumentEdit[];
    const fixed = TextDocument.applyEdits(TextDocument.create(uri, 'plaintext', 1, text), (edit?.edits ?? []) as never);
    return { title: fix?.title ?? '', text: fixed };
  };
  return { ...applied(plain), commented: applied(commented), diagnosticLine: range?.start.line ?? -1 };
}
