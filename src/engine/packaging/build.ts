import type { FunctionSpec } from '../deploy/spec.ts';
import type { Language } from '../../protocol/functions.ts';

/** How the code of a function becomes an archive. Paths are absolute. */
export type ZipBuild = {
  kind: 'zip';
  language: Language;
  /** The workspace folder: paths are told relative to it. */
  folder: string;
  /** Folder from which the handler is named. */
  codeRoot: string;
  handlerFile: string;
  /** What the handler names in its file; may have dots. */
  symbol: string;
  /** Node.js: one file made of the handler and all that it imports; false: the folder as it is. */
  bundle: boolean;
  minify: boolean;
  sourceMaps: boolean;
  /** Node.js: packages that are packed as they are installed. */
  external: readonly string[];
  /** Packages that something else brings, e.g. a layer. */
  provided: readonly string[];
  /** Node.js: whether the AWS SDK is packed, which the runtime has too. */
  bundleAwsSdk: boolean;
  /** Patterns of files as in `.gitignore`, relative to the code folder. */
  include: readonly string[];
  exclude: readonly string[];
  /** Python: the file that says which packages it needs; null: the one in the code folder, if any. */
  requirements: string | null;
  /** Files of the code folder that are no code: what states the function's settings, and its events. */
  notCode: readonly string[];
};

/** A Dockerfile and the folder that it is built with. Paths are absolute. */
export type ImageBuild = { kind: 'image'; context: string; dockerfile: string };

/** A function as it shall be where it is deployed, and how its code is packed. */
export type Deployable = {
  spec: FunctionSpec;
  build: ZipBuild | ImageBuild;
  /** What was decided because nobody stated it, a sentence each. */
  notes: string[];
};
