import type { Database } from 'better-sqlite3';
import type { FunctionInfo } from '../../protocol/functions.ts';

export type FunctionTable = { save(fn: FunctionInfo, nowMs: number): void };

export function functionTable(db: Database): FunctionTable {
  const upsert = db.prepare(`
    INSERT INTO functions (id, name, source, runtime, handler, handler_file, template, memory_mb, timeout_s, architecture, definition, saved_at_ms)
    VALUES (@id, @name, @source, @runtime, @handler, @handlerFile, @template, @memoryMb, @timeoutS, @architecture, @definition, @savedAtMs)
    ON CONFLICT (id) DO UPDATE SET
      name = excluded.name, source = excluded.source, runtime = excluded.runtime, handler = excluded.handler,
      handler_file = excluded.handler_file, template = excluded.template, memory_mb = excluded.memory_mb,
      timeout_s = excluded.timeout_s, architecture = excluded.architecture, definition = excluded.definition,
      saved_at_ms = excluded.saved_at_ms`);
  return {
    save(fn, nowMs) {
      const { id, name, source, runtime, handler, handlerFile, template, memoryMb, timeoutS, architecture } = fn;
      const definition = JSON.stringify(withoutValues(fn));
      upsert.run({
        id,
        name,
        source,
        runtime,
        handler,
        handlerFile,
        template,
        memoryMb,
        timeoutS,
        architecture,
        definition,
        savedAtMs: nowMs,
      });
    },
  };
}

/** Values of environment variables may be secrets: only their names are kept. */
function withoutValues(fn: FunctionInfo): FunctionInfo {
  return { ...fn, environment: Object.fromEntries(Object.keys(fn.environment).map((name) => [name, ''])) };
}
