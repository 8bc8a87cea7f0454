/** A function as callers of AWS Lambda name it, and which of its versions is meant. */
export type QualifiedName = {
  /** What was given, without the version or alias. */
  function: string;
  /** Its name alone. */
  name: string;
  /** A version or alias; null: none was named. */
  qualifier: string | null;
};

/** Reads `name`, `account:function:name`, an ARN, or the id of a function of the workspace, each also with `:<version or alias>`. */
export function qualifiedName(text: string): QualifiedName {
  const [, before, arnName, arnQualifier] = /^((?:.*:)?function:)([^:]+)(?::([^:]+))?$/.exec(text) ?? [];
  if (before !== undefined && arnName !== undefined) {
    return { function: `${before}${arnName}`, name: arnName, qualifier: arnQualifier ?? null };
  }
  const [, name = text, qualifier] = /^([^:]+):([^:]+)$/.exec(text) ?? [];
  return { function: name, name, qualifier: qualifier ?? null };
}
