/** A file of an archive. */
export type Entry = {
  /** Where it is in the archive, with `/`. */
  path: string;
  isExecutable: boolean;
  content: FileContent;
  /** The package that it came with; null: the function's own. */
  package: string | null;
};

/** An absolute path, or bytes that were made. */
export type FileContent = { file: string } | { bytes: Uint8Array };
