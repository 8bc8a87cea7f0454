import { type LogEntry, type PlatformEvent, timeOf } from './entry.ts';

type Context = Pick<LogEntry, 'atMs' | 'stream'>;
type Fields = Readonly<Record<string, unknown>>;

/** No tool nests its events deeper. */
const deepest = 6;
/** Of an object that is no event, only the names of its fields matter: they tell a row of Logs Insights. */
const keysKept = 20;

/** The object or array that a text is as JSON; undefined when it is none. */
export function parsedObject(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The entries in a JSON document: an event of Lambda's own JSON format, one of CloudWatch (`message`, `timestamp`,
 * `logStreamName`), a row of Logs Insights (`@message`, also as `field` and `value`), the answer of an invocation
 * (`LogResult`), or a document or array of these: `events` of filter-log-events and get-log-events, `results` of
 * get-query-results, `logEvents` of a subscription. What is none of these is an entry that names its fields.
 */
export function jsonEntries(value: unknown, context: Context, depth = 0): LogEntry[] {
  if (depth > deepest || typeof value !== 'object' || value === null) return [];
  const each = (values: readonly unknown[], own: Context): LogEntry[] =>
    values.flatMap((inner) => jsonEntries(inner, own, depth + 1));
  if (Array.isArray(value))
    return value.some(isFieldPair) ? jsonEntries(fromPairs(value), context, depth + 1) : each(value, context);

  const fields: Fields = { ...value };
  const own: Context = {
    atMs: timeOf(fields['@timestamp'] ?? fields['timestamp'] ?? fields['time']) ?? context.atMs,
    stream: textOf(fields['@logStream'] ?? fields['logStreamName'] ?? fields['logStream']) ?? context.stream,
  };
  const list = ['events', 'results', 'logEvents', 'Records'].map((name) => fields[name]).find((inner) => Array.isArray(inner));
  if (list !== undefined) return each(list, own);
  const tail = fields['LogResult'];
  if (typeof tail === 'string') return messageEntries(decodedTail(tail) ?? tail, own);
  const event = platformEvent(fields);
  if (event !== undefined) return [{ message: '', event, ...own }];
  const message = fields['@message'] ?? fields['message'];
  if (typeof message === 'string') return messageEntries(message, own);
  return [{ message: Object.keys(fields).slice(0, keysKept).join(' '), ...own }];
}

/** What the function logs as JSON: an entry that is counted and says nothing, whatever words are in it. */
const ownEvent: PlatformEvent = { type: 'function', record: null };

/** A message may hold several lines, or be an event of the platform, or of the function's own. */
function messageEntries(text: string, context: Context): LogEntry[] {
  const whole = /^\s*\{/.test(text) ? parsedObject(text) : undefined;
  if (whole !== undefined) {
    const event = platformEvent({ ...whole });
    return event === undefined ? [{ message: '', event: ownEvent, ...context }] : jsonEntries(whole, context);
  }
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== '').map((message) => ({ message, ...context }));
}

/** The text of a base64 tail of a log; undefined when it is something else. */
export function decodedTail(text: string): string | undefined {
  if (text.length < 32 || !/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text)) return undefined;
  const base64 = text.replaceAll(/\s/g, '');
  if (base64.length % 4 !== 0) return undefined;
  const decoded = Buffer.from(base64, 'base64').toString('utf8');
  return /RequestId: |"platform\./.test(decoded) ? decoded : undefined;
}

function platformEvent({ type, record }: Fields): PlatformEvent | undefined {
  return typeof type === 'string' && type.startsWith('platform.') ? { type, record } : undefined;
}

function isFieldPair(value: unknown): value is { field: string; value: unknown } {
  return typeof value === 'object' && value !== null && 'field' in value && typeof value.field === 'string' && 'value' in value;
}

function fromPairs(row: readonly unknown[]): Fields {
  return Object.fromEntries(row.filter(isFieldPair).map(({ field, value }) => [field, value]));
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
