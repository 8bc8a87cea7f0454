/** The name itself, or with a number where it is taken already: a function is known by its name in its file. */
export function uniqueName(name: string, taken: Set<string>): string {
  let unique = name;
  for (let count = 2; taken.has(unique); count++) unique = `${name} ${count}`;
  taken.add(unique);
  return unique;
}
