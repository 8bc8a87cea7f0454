/** Python programs that use memory in a known way. */

/** Holds `mb` for `holdMs`, with `restMs` before and after. */
export function plateau(mb: number, holdMs: number, restMs: number): string[] {
  const rest = `time.sleep(${restMs / 1000})`;
  return python(`import time`, rest, `b = bytearray(${mb} << 20)`, `time.sleep(${holdMs / 1000})`, `del b`, rest);
}

export function python(...lines: string[]): string[] {
  return ['python3', '-c', lines.join('\n')];
}
