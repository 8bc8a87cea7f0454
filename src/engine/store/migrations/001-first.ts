/**
 * Version 1: functions, runs, samples, reports, and the last figures of each function.
 * Times are milliseconds since 1970 (UTC), memory is in MB of 2^20 bytes, costs are USD. NULL means not measured, never zero.
 * Values that later versions may add to (study, outcome) carry no CHECK: changing one would copy the whole table.
 */
export const sql = `
CREATE TABLE functions (
  id            TEXT PRIMARY KEY,
  name          TEXT NOT NULL,
  source        TEXT NOT NULL,
  runtime       TEXT,
  handler       TEXT,
  handler_file  TEXT,
  template      TEXT,
  memory_mb     INTEGER,
  timeout_s     REAL,
  architecture  TEXT,
  -- All that was known of it, as JSON; environment variables by name only.
  definition    TEXT NOT NULL,
  saved_at_ms   REAL NOT NULL
) STRICT;

CREATE TABLE runs (
  id            TEXT PRIMARY KEY,
  study         TEXT NOT NULL,
  function_id   TEXT NOT NULL REFERENCES functions (id),
  function_name TEXT NOT NULL,
  target        TEXT NOT NULL,
  status        TEXT NOT NULL CHECK (status IN ('running', 'done', 'failed', 'cancelled', 'interrupted')),
  started_at_ms REAL NOT NULL,
  ended_at_ms   REAL,
  settings      TEXT NOT NULL,
  tool_version  TEXT NOT NULL,
  git_commit    TEXT,
  machine       TEXT NOT NULL,
  failure       TEXT,
  pid           INTEGER NOT NULL
) STRICT;

CREATE INDEX runs_under_way ON runs (pid) WHERE status = 'running';

CREATE TABLE samples (
  id                     INTEGER PRIMARY KEY,
  run_id                 TEXT NOT NULL REFERENCES runs (id),
  outcome                TEXT NOT NULL,
  cold                   INTEGER NOT NULL CHECK (cold IN (0, 1)),
  memory_mb              INTEGER,
  architecture           TEXT NOT NULL,
  sandbox_id             TEXT NOT NULL,
  sandbox_sequence       INTEGER NOT NULL,
  event_name             TEXT,
  started_at_ms          REAL NOT NULL,
  duration_ms            REAL,
  init_ms                REAL,
  round_trip_ms          REAL,
  cpu_user_ms            REAL,
  cpu_system_ms          REAL,
  run_queue_ms           REAL,
  peak_rss_mb            REAL,
  minor_faults           REAL,
  major_faults           REAL,
  voluntary_switches     REAL,
  involuntary_switches   REAL,
  gc_ms                  REAL,
  event_loop_utilization REAL,
  cost_usd               REAL,
  error_type             TEXT,
  error_message          TEXT,
  -- JSON array of lines.
  error_stack            TEXT
) STRICT;

CREATE INDEX samples_of_run ON samples (run_id);

CREATE TABLE reports (
  run_id        TEXT PRIMARY KEY REFERENCES runs (id),
  function_id   TEXT NOT NULL REFERENCES functions (id),
  schema        TEXT NOT NULL,
  created_at    TEXT NOT NULL,
  document      TEXT NOT NULL
) STRICT;

-- Of each function's newest report, the part that lists show: read for thousands of functions at once, without their documents.
CREATE TABLE figures (
  function_id   TEXT PRIMARY KEY REFERENCES functions (id),
  run_id        TEXT NOT NULL REFERENCES reports (run_id),
  created_at    TEXT NOT NULL,
  -- JSON with the names of the report.
  head          TEXT NOT NULL,
  -- JSON: read only for a function whose template states another size than then.
  curve         TEXT NOT NULL
) STRICT;
`;
