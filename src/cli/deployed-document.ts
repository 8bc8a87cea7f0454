import type { DeployedRow, DeployedVersions, LogFigures, SourceLink } from '../protocol/deployed.ts';

/** A deployed function as `reef/functions@1` has functions, and what only deployed ones have. */
export function deployedDocument(row: DeployedRow) {
  return {
    id: row.id,
    name: row.name,
    runtime: row.runtime,
    handler: row.handler,
    handler_file: null,
    symbol: null,
    line: null,
    memory_mb: row.memoryMb,
    timeout_s: row.timeoutS,
    architecture: row.architecture,
    template: null,
    template_line: null,
    source: 'deployed',
    events: [],
    region: row.region,
    package_type: row.packageType,
    code_bytes: row.codeBytes,
    last_modified: row.lastModified,
    log_group: row.logGroup,
    tags: row.tags,
    source_function: row.link === null ? null : linkDocument(row.link),
  };
}

function linkDocument(link: SourceLink) {
  if (link.kind === 'ambiguous') {
    return { id: null, by: link.by, candidates: link.candidates.map(({ functionId }) => functionId), differences: [] };
  }
  const { source, by, differences } = link;
  return { id: source.functionId, by, candidates: [source.functionId], differences };
}

/** `reef/deployed@1`: one function with its aliases, versions and, where asked for, figures. */
export function functionDocument(row: DeployedRow, { aliases, versions }: DeployedVersions, figures: LogFigures | null) {
  return {
    schema: 'reef/deployed@1',
    function: deployedDocument(row),
    aliases,
    versions: versions.map((each) => ({
      version: each.version,
      description: each.description,
      runtime: each.runtime,
      memory_mb: each.memoryMb,
      timeout_s: each.timeoutS,
      last_modified: each.lastModified,
      code_sha256: each.codeSha256,
    })),
    figures: figures === null ? null : figuresDocument(figures),
  };
}

function figuresDocument(figures: LogFigures) {
  const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  return {
    from: figures.from,
    calls: figures.calls,
    failed: figures.failed,
    left_out: figures.leftOut,
    first: iso(figures.firstMs),
    last: iso(figures.lastMs),
    days: figures.days,
    complete: figures.complete,
    memory_mb: figures.memoryMb,
    warm: figures.warm,
    p50_ms: figures.p50Ms,
    p95_ms: figures.p95Ms,
    init_ms: figures.initMs,
    max_memory_mb: figures.peakMb,
    cold_rate: figures.coldRate,
    calls_per_day: figures.callsPerDay,
    cost_per_month_usd: figures.costPerMonthUsd,
  };
}
