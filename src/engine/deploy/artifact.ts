/** The code of a function, packed for its platform. */
export type Artifact = ZipArtifact | ImageArtifact;

export type ZipArtifact = {
  kind: 'zip';
  /** Absolute path of the archive: the same bytes for the same input, whenever and wherever it is made. */
  file: string;
  bytes: number;
  /** What it takes when unpacked: Lambda counts this, layers included, against 250 MB. */
  unpackedBytes: number;
  /** SHA-256 in base64, as Lambda's `CodeSha256`. */
  sha256: string;
  /** The handler as it is in the archive: bundling may have given it another file. */
  handler: string;
  files: number;
  /** What of it is whose, unpacked, most bytes first. */
  parts: PackedPart[];
  /** What the user should know (a package that was left out, a native binary), a sentence each. */
  notes: string[];
};

/** The function's own code (null), or what a package brought. */
export type PackedPart = { package: string | null; bytes: number };

/** An image in the local engine, not pushed yet. */
export type ImageArtifact = {
  kind: 'image';
  /** Id in the local engine, `sha256:…`. */
  imageId: string;
  bytes: number;
  notes: string[];
};

/** How an artifact is made: at hand before it is, so that an unchanged function need not be packed again. */
export type Packaging = {
  /** SHA-256, hex, of all that goes in: code, dependencies, lock files, Dockerfile, build settings, tools' versions. */
  codeFingerprint: string;
  /** Packs it; `onStep` is told what happens now, for people. Throws ReefError `package-failed`. */
  pack: (signal: AbortSignal, onStep: (step: string) => void) => Promise<Artifact>;
};
