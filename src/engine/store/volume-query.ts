import type { Database } from 'better-sqlite3';
import type { CallVolume } from './store.ts';

type Row = CallVolume & { functionId: string };

/** How often functions are called, by function id, as far as imported logs tell; a call that was imported twice counts once. */
export function volumeQuery(db: Database): () => Map<string, CallVolume> {
  const query = db.prepare<[], Row>(`
    SELECT runs.function_id AS functionId, count(DISTINCT samples.started_at_ms || ' ' || ifnull(samples.duration_ms, '')) AS calls, min(samples.started_at_ms) AS firstMs, max(samples.started_at_ms) AS lastMs
    FROM runs JOIN samples ON samples.run_id = runs.id
    WHERE runs.study = 'import' AND runs.target = 'aws'
    GROUP BY runs.function_id`);
  return () => new Map(query.all().map(({ functionId, ...volume }) => [functionId, volume]));
}
