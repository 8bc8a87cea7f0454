import Table from 'cli-table3';
import { formatBytes, formatMemory } from '../../engine/format/format.ts';
import { aliasesOf, type DeployedAlias, type DeployedVersion, type DeployedVersions } from '../../protocol/deployed.ts';
import { commonOptions, parse } from '../options.ts';
import { openEngine } from '../session.ts';
import { UsageError } from '../usage.ts';

/** `reef versions`: what can be rolled back to. */
export async function versionsCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, { ...commonOptions, target: { type: 'string' } }, 1);
  const [name] = positionals;
  if (name === undefined) throw new UsageError('Name the function.');
  await using engine = openEngine(values);
  const deployed = await engine.deployedVersions({ function: name, target: values.target }, signal);
  const { aliases, versions } = deployed;
  if (values.json === true)
    console.log(
      JSON.stringify({ schema: 'reef/versions@1', versions: versions.map((each) => asDocument(each, aliases)) }, null, 2),
    );
  else if (versions.length === 0) console.log(`${name} has no published version.`);
  else console.log(table(deployed));
  return 0;
}

function table({ versions, aliases }: DeployedVersions): string {
  const grid = new Table({
    head: ['version', 'alias', 'published', 'memory', 'code', 'description'],
    colAligns: ['right', 'left', 'left', 'right', 'right', 'left'],
    style: { head: [], border: [] },
  });
  for (const each of versions) {
    const { version, isLatest, lastModified, memoryMb, codeBytes, description } = each;
    const names = [...aliasesOf(each, aliases), ...(isLatest ? ['$LATEST'] : [])].join(', ');
    const published = lastModified?.slice(0, 16).replace('T', ' ') ?? '';
    grid.push([version, names, published, formatMemory(memoryMb), formatBytes(codeBytes), description]);
  }
  return grid.toString();
}

function asDocument(each: DeployedVersion, aliases: readonly DeployedAlias[]) {
  return {
    version: each.version,
    description: each.description,
    published_at: each.lastModified,
    memory_mb: each.memoryMb,
    code_sha256: each.codeSha256,
    code_bytes: each.codeBytes,
    aliases: aliasesOf(each, aliases),
    is_latest: each.isLatest,
  };
}
