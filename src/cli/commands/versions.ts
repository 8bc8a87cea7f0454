import Table from 'cli-table3';
import { formatBytes, formatMemory } from '../../engine/format/format.ts';
import type { DeployedVersion } from '../../protocol/deploying.ts';
import { commonOptions, parse } from '../options.ts';
import { openEngine } from '../session.ts';
import { UsageError } from '../usage.ts';

/** `reef versions`: what can be rolled back to. */
export async function versionsCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, { ...commonOptions, target: { type: 'string' } }, 1);
  const [name] = positionals;
  if (name === undefined) throw new UsageError('Name the function.');
  await using engine = openEngine(values);
  const versions = await engine.publishedVersions({ function: name, target: values.target }, signal);
  if (values.json === true)
    console.log(JSON.stringify({ schema: 'reef/versions@1', versions: versions.map(asDocument) }, null, 2));
  else if (versions.length === 0) console.log(`${name} has no published version.`);
  else console.log(table(versions));
  return 0;
}

function table(versions: readonly DeployedVersion[]): string {
  const grid = new Table({
    head: ['version', 'alias', 'published', 'memory', 'code', 'description'],
    colAligns: ['right', 'left', 'left', 'right', 'right', 'left'],
    style: { head: [], border: [] },
  });
  for (const { version, aliases, isLatest, publishedAt, memoryMb, codeBytes, description } of versions) {
    const names = [...aliases, ...(isLatest ? ['$LATEST'] : [])].join(', ');
    const published = publishedAt?.slice(0, 16).replace('T', ' ') ?? '';
    grid.push([version, names, published, formatMemory(memoryMb), formatBytes(codeBytes), description]);
  }
  return grid.toString();
}

function asDocument(each: DeployedVersion) {
  return {
    version: each.version,
    description: each.description,
    published_at: each.publishedAt,
    memory_mb: each.memoryMb,
    code_sha256: each.codeSha256,
    code_bytes: each.codeBytes,
    aliases: each.aliases,
    is_latest: each.isLatest,
  };
}
