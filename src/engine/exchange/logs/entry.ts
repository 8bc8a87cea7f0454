/** An event of Lambda's own JSON format. */
export type PlatformEvent = { type: string; record: unknown };

/** One line or event of a log, without what the tool that printed it put before. */
export type LogEntry = {
  message: string;
  /** In place of the message. */
  event?: PlatformEvent;
  /** When it was logged, ms since 1970; null when the log does not say. */
  atMs: number | null;
  /** The stream, one per sandbox; null when the log does not say. */
  stream: string | null;
};

/** Time by ISO 8601 (UTC where it names no zone) or as a number of ms; null for anything else. */
export function timeOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string') return null;
  if (/^\d{12,14}$/.test(value)) return Number(value);
  const iso = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|[+-]\d\d:?\d\d)?$/.exec(value);
  if (iso === null) return null;
  const [, day, time, zone = 'Z'] = iso;
  const atMs = Date.parse(`${day}T${time}${zone === 'Z' || zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`}`);
  return Number.isNaN(atMs) ? null : atMs;
}
