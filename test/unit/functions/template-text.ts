import { posix } from 'node:path';
import type { TextRange } from '../../../src/protocol/functions.ts';
import { readTemplate } from '../../../src/engine/functions/templates/read-template.ts';
import type { TemplateContent, TemplateFunction } from '../../../src/engine/functions/templates/template-function.ts';

/** Reads a template whose other files are given as texts. */
export function read(file: string, text: string, others: Record<string, string> = {}): Promise<TemplateContent | null> {
  const paths = [file, ...Object.keys(others)];
  return readTemplate(file, text, {
    read: async (path) => others[path] ?? null,
    list: (folder) => paths.filter((path) => posix.dirname(path) === folder),
  });
}

export async function functionsOf(file: string, text: string, others: Record<string, string> = {}): Promise<TemplateFunction[]> {
  return ((await read(file, text, others))?.entries ?? []).map((entry) => entry.function);
}

/** The only function of a template. */
export async function functionOf(file: string, text: string, others: Record<string, string> = {}): Promise<TemplateFunction> {
  const [first, ...rest] = await functionsOf(file, text, others);
  if (first === undefined || rest.length > 0) throw new Error('The template must have one function');
  return first;
}

export function textAt(text: string, range: TextRange | undefined): string | null {
  if (range === undefined) return null;
  const lines = text.split(/(?<=\n)|(?<=\r)(?!\n)/);
  const offset = ({ line, character }: TextRange['start']): number => lines.slice(0, line).join('').length + character;
  return text.slice(offset(range.start), offset(range.end));
}

/** A SAM template with one function, Resize. */
export const sam = (properties: string, rest = ''): string => `AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
${rest}Resources:
  Resize:
    Type: AWS::Serverless::Function
    Properties:
${properties
  .split('\n')
  .map((line) => `      ${line}`)
  .join('\n')}
`;
