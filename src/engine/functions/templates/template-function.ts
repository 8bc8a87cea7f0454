import type { Architecture, FunctionSource, PropertyName, PropertyPlace, TextRange } from '../../../protocol/functions.ts';
import type { WorkspaceDiagnostic } from '../../../protocol/functions.ts';
import type { Change } from '../text-change.ts';
import type { Spot } from './yaml-file.ts';

/**
 * Where the code of a function comes from: a path (a folder, or a file that a deployment would zip),
 * a text in the template, or a place that is not in the workspace.
 */
export type CodeLocation =
  | { kind: 'path'; path: string }
  | { kind: 'inline' }
  | { kind: 'image'; contextPath: string | null }
  | { kind: 'elsewhere'; why: string };

/** A function as one template states it, before its code is looked at. Paths are relative to the workspace. */
export type TemplateFunction = {
  name: string;
  source: FunctionSource;
  template: string;
  templateRange: TextRange;
  runtime: string | null;
  /** False when the template states a runtime that cannot be worked out. */
  isRuntimeKnown: boolean;
  handler: string | null;
  code: CodeLocation;
  /** Sources that a build step of the template names. */
  entryPoints: string[];
  /** Where the handler is when the template names its file itself: the first of these files that is there, and the symbol. */
  entry?: { files: string[]; symbol: string };
  memoryMb: number | null;
  timeoutS: number | null;
  architecture: Architecture | null;
  environment: Record<string, string>;
  /** Its name where it is deployed, when that is stated; otherwise the deploying tool makes one. */
  deployedName?: string;
  properties: Partial<Record<PropertyName, PropertyPlace>>;
};

/** A template function with the place of its settings, where an edit changes or inserts one. */
export type TemplateEntry = { function: TemplateFunction; settings: SettingsSite };

export type SettingsSite = YamlSite | CodeSite;

/** The map that holds a function's settings in YAML or JSON. */
export type YamlSite = {
  kind: 'yaml';
  /** Map into which a setting goes, e.g. `Properties`; null when it has to be made. */
  map: Spot | null;
  /** Property under which the map stands, when it is there. */
  owner: Spot | null;
  /** Name of the map to make in `owner`. */
  mapName: string | null;
  memoryKey: 'MemorySize' | 'memorySize' | 'memory';
};

/** Settings in a program (CDK) or a configuration language (Terraform), whose reader knows how they are changed. */
export type CodeSite = {
  kind: 'code';
  /** The changes that state this size, or why it cannot be stated there: part of a sentence, e.g. `it comes from props.size`. */
  changes: (memoryMb: number) => Change[] | string;
  memoryKey: 'memorySize' | 'memory_size';
  lineComment: '//' | '#';
};

/** What a reader of templates asks for of the workspace. */
export type TemplateFiles = {
  /** The text of a file; null when it cannot be read. */
  read(file: string): Promise<string | null>;
  /** Paths of the files right in a folder. */
  list(folder: string): string[];
};

export type TemplateContent = {
  entries: TemplateEntry[];
  diagnostics: WorkspaceDiagnostic[];
  /** Other files that were read for it. */
  includes: string[];
};
