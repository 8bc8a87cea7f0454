import type { Discovery, FunctionInfo, TextRange } from '../../protocol/functions.ts';

/** An edit of a workspace file; `file` is relative to the workspace folder. */
export type TextEdit = { file: string; range: TextRange; newText: string };

/**
 * The functions of one workspace folder, kept up to date file by file.
 * Queries answer from memory; only `scan` and `update` read files.
 */
export interface FunctionIndex {
  /** Absolute path of the workspace folder. */
  readonly folder: string;
  /** Reads the whole workspace. Later calls of the queries answer from it. */
  scan(signal: AbortSignal): Promise<Discovery>;
  /** Reads again what depends on these files (created, changed or deleted; relative paths). Returns whether anything differs. */
  update(files: readonly string[], signal: AbortSignal): Promise<boolean>;
  /** Puts the unsaved text of an open file in place of its content on disk; null ends that. Returns whether anything differs. */
  overlay(file: string, text: string | null): Promise<boolean>;
  discovery(): Discovery;
  /** Functions whose template or handler file this is. */
  inFile(file: string): FunctionInfo[];
  byId(id: string): FunctionInfo | undefined;
  /**
   * The edit that makes the template state this size: replaces the literal, or inserts the property; comments and format stay.
   * `why` is written beside it as a comment of the template.
   * @throws ReefError `no-such-function`, `invalid-settings` where the size, or a comment, has no place
   */
  memoryEdit(id: string, memoryMb: number, why?: string): Promise<TextEdit[]>;
}
