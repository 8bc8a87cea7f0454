/** The known name that somebody may have meant: the same but for case and a beginning or end (`memorySize`: `memory`); null: none. */
export function nearestName(name: string, known: readonly string[]): string | null {
  const wanted = plain(name);
  const alike = known.filter((each) => {
    const other = plain(each);
    return (
      other === wanted || wanted.startsWith(other) || wanted.endsWith(other) || (wanted.length > 2 && other.startsWith(wanted))
    );
  });
  return alike.toSorted((a, b) => b.length - a.length)[0] ?? null;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]/g, '');
}
