/** The C library that an ELF file is linked to. */
export type CLibrary = {
  /** Null: it names none, as static programs do. */
  kind: 'glibc' | 'musl' | null;
  /** The newest version of glibc that it needs, as minor version (34 for 2.34); null where it needs none. */
  glibcMinor: number | null;
};

/** Names of libraries and of versions are text in the file: looking for them saves reading its tables, and finds the same. */
export function cLibraryOf(elf: Buffer): CLibrary {
  const minors = [...elf.toString('latin1').matchAll(/\0GLIBC_2\.(\d+)/g)].map(([, minor]) => Number(minor));
  const glibcMinor = minors.length === 0 ? null : Math.max(...minors);
  if (elf.includes('libc.musl-')) return { kind: 'musl', glibcMinor };
  return { kind: glibcMinor !== null || elf.includes('libc.so.6') ? 'glibc' : null, glibcMinor };
}
