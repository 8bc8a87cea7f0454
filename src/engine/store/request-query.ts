import type { Database } from 'better-sqlite3';
import type { StoredRequest } from './store.ts';

/** Attempts of a function under any of these request ids: retries share one. */
export function requestQuery(db: Database): (functionId: string, requestIds: readonly string[]) => StoredRequest[] {
  const query = db.prepare<[string, string], StoredRequest>(`
    SELECT samples.request_id AS requestId, samples.duration_ms AS durationMs, samples.memory_mb AS memoryMb
    FROM samples JOIN runs ON runs.id = samples.run_id
    WHERE samples.request_id IN (SELECT value FROM json_each(?)) AND runs.function_id = ?`);
  return (functionId, requestIds) => query.all(JSON.stringify(requestIds), functionId);
}
