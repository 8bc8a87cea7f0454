import { type LogEntry, timeOf } from './entry.ts';

type Context = Pick<LogEntry, 'atMs' | 'stream'>;
type Fields = Readonly<Record<string, unknown>>;

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
 * get-query-results, `logEvents` of a subscription. What is none of these is an entry of its own.
 */
export function jsonEntries(value: unknown, context: Context): LogEntry[] {
  if (Array.isArray(value)) return value.some(isFieldPair) ? jsonEntries(fromPairs(value), context) : manyEntries(value, context);
  if (typeof value !== 'object' || value === null) return [{ message: String(value), ...context }];
  const fields: Fields = { ...value };
  const own: Context = {
    atMs: timeOf(fields['@timestamp'] ?? fields['timestamp'] ?? fields['time']) ?? context.atMs,
    stream: textOf(fields['@logStream'] ?? fields['logStreamName'] ?? fields['logStream']) ?? context.stream,
  };
  for (const name of ['events', 'results', 'logEvents', 'Records']) {
    const list = fields[name];
    if (Array.isArray(list)) return manyEntries(list, own);
  }
  const tail = fields['LogResult'];
  if (typeof tail === 'string') return messageEntries(decodedTail(tail) ?? tail, own);
  if (isPlatformEvent(fields)) return [{ message: JSON.stringify(fields), ...own }];
  const message = fields['@message'] ?? fields['message'];
  if (typeof message === 'string') return messageEntries(message, own);
  return [{ message: JSON.stringify(fields), ...own }];
}

function manyEntries(values: readonly unknown[], context: Context): LogEntry[] {
  return values.flatMap((each) => jsonEntries(each, context));
}

/** One event may hold several lines; a line may be JSON. */
function messageEntries(text: string, context: Context): LogEntry[] {
  const whole = /^\s*\{/.test(text) ? parsedObject(text) : undefined;
  // A message inside a message is what the function logged itself: only the platform's own is taken apart.
  if (whole !== undefined)
    return isPlatformEvent({ ...whole }) ? jsonEntries(whole, context) : [{ message: text.trim(), ...context }];
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

export function isPlatformEvent(fields: Fields): boolean {
  return typeof fields['type'] === 'string' && fields['type'].startsWith('platform.');
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
