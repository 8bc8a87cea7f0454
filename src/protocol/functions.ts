import * as z from 'zod/mini';

/** A place in a text document, counted from zero as in LSP. */
export const Position = z.object({ line: z.int(), character: z.int() });
export type Position = z.infer<typeof Position>;

export const TextRange = z.object({ start: Position, end: Position });
export type TextRange = z.infer<typeof TextRange>;

export const FunctionSource = z.enum([
  'sam',
  'cloudformation',
  'serverless',
  'cdk',
  'terraform',
  'reef',
  'code',
  'recorded',
  'deployed',
]);
export type FunctionSource = z.infer<typeof FunctionSource>;

export const Architecture = z.enum(['x86_64', 'arm64']);
export type Architecture = z.infer<typeof Architecture>;

/** Which shim can run the function here; null when Reef has none for its runtime. */
export const Language = z.enum(['node', 'python']);
export type Language = z.infer<typeof Language>;

/** Where a property of a function stands in its template. */
export const PropertyPlace = z.object({
  /** Path relative to the workspace: a Serverless function may live in an included file. */
  file: z.string(),
  key: TextRange,
  value: TextRange,
  /** True when the value comes from `Globals` or `provider` and so holds for other functions too. */
  inherited: z.boolean(),
  /** False when the value is not a plain literal (`!Ref`, `${…}`) and cannot be edited in place. */
  literal: z.boolean(),
  /** What a value of a program or of Terraform is written as when it is no plain literal: `props.size`, `var.memory`. */
  origin: z.optional(z.string()),
});
export type PropertyPlace = z.infer<typeof PropertyPlace>;

export const PropertyName = z.enum(['memory', 'timeout', 'handler', 'runtime', 'codeUri', 'architecture', 'environment']);
export type PropertyName = z.infer<typeof PropertyName>;

export const EventFile = z.object({ name: z.string(), file: z.string() });
export type EventFile = z.infer<typeof EventFile>;

/**
 * A function as found in a workspace. Every path is relative to the workspace folder, with `/`.
 * A value that the workspace does not state is null: defaults are applied by who needs them
 * (`effectiveMemoryMb`, `effectiveTimeoutS`), so that "not stated" stays visible.
 */
export const FunctionInfo = z.object({
  /** Stable while template path and name stay: `<template or handler file>#<name>`. */
  id: z.string(),
  /** Logical id, Serverless key, or for plain code `<folder or file stem>.<symbol>`. */
  name: z.string(),
  source: FunctionSource,
  runtime: z.nullable(z.string()),
  language: z.nullable(Language),
  packageType: z.enum(['zip', 'image']),
  /** As written, e.g. `src/app.handler`. */
  handler: z.nullable(z.string()),
  /** Null when no file matches: a diagnostic says so. */
  handlerFile: z.nullable(z.string()),
  symbol: z.nullable(z.string()),
  /** Range of the handler's name in `handlerFile`; null when the symbol is not there. */
  handlerRange: z.nullable(TextRange),
  /** Folder from which `handler` is resolved (CodeUri); `.` is the workspace folder. */
  codeRoot: z.nullable(z.string()),
  memoryMb: z.nullable(z.int()),
  timeoutS: z.nullable(z.number()),
  architecture: z.nullable(Architecture),
  environment: z.record(z.string(), z.string()),
  /** Its name where it is deployed, when its source states that; absent: the deploying tool makes one. */
  deployedName: z.optional(z.string()),
  template: z.nullable(z.string()),
  /** Range of the function's key in the template. */
  templateRange: z.nullable(TextRange),
  properties: z.partialRecord(PropertyName, PropertyPlace),
  events: z.array(EventFile),
  /** Which deployed function is meant, by its id on the target; absent: the one that its name finds there. */
  deployedId: z.optional(z.string()),
  /** Version or alias of a deployed function that is meant, with whose settings it is described; absent: `$LATEST`. */
  qualifier: z.optional(z.string()),
});
export type FunctionInfo = z.infer<typeof FunctionInfo>;

/** Something wrong at a place in the workspace: a broken template, a handler that is not there. */
export const WorkspaceDiagnostic = z.object({
  file: z.string(),
  range: TextRange,
  severity: z.enum(['error', 'warning', 'information']),
  code: z.string(),
  message: z.string(),
});
export type WorkspaceDiagnostic = z.infer<typeof WorkspaceDiagnostic>;

export const Discovery = z.object({
  functions: z.array(FunctionInfo),
  diagnostics: z.array(WorkspaceDiagnostic),
});
export type Discovery = z.infer<typeof Discovery>;

/** The memory that the provider gives when the template says nothing, MB. Source: AWS Lambda and Serverless Framework documentation. */
export function effectiveMemoryMb(fn: Pick<FunctionInfo, 'memoryMb' | 'source'>): number {
  return fn.memoryMb ?? (fn.source === 'serverless' ? 1024 : 128);
}

/** The timeout that holds when the template says nothing, seconds. Plain code has no provider: 30 s leaves room to measure. */
export function effectiveTimeoutS(fn: Pick<FunctionInfo, 'timeoutS' | 'source'>): number {
  if (fn.timeoutS !== null) return fn.timeoutS;
  if (fn.source === 'serverless') return 6;
  return fn.source === 'code' || fn.source === 'recorded' ? 30 : 3;
}
