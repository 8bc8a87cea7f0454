import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { formatBytes } from '../../engine/format/format.ts';
import type { Packaged } from '../../engine/features/packaging.ts';
import { messageOf, ReefError } from '../../protocol/errors.ts';
import { commonOptions, parse } from '../options.ts';
import { openEngine } from '../session.ts';
import { UsageError } from '../usage.ts';

const partsShown = 8;

/** `reef package <function>`: needs no account. What happens goes to stderr, what came of it to stdout. */
export async function packageCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, { ...commonOptions, out: { type: 'string' } }, 1);
  const [name] = positionals;
  if (name === undefined) throw new UsageError('Name the function: "reef functions" lists them.');
  const json = values.json === true;
  await using engine = openEngine(values);
  const packaged = await engine.package({ function: name }, signal, (step) => {
    if (!json) console.error(step);
  });
  const file = await placed(packaged, values.out);
  if (json) console.log(JSON.stringify(packageDocument(packaged, file), null, 2));
  else console.log(packageText(packaged, file));
  return 0;
}

/** The archive where it was asked for; null for an image, which is in the Docker engine. */
async function placed({ artifact, name }: Packaged, out: string | undefined): Promise<string | null> {
  if (artifact.kind === 'image') {
    if (out !== undefined) throw new UsageError(`--out goes with an archive, and ${name} is an image.`);
    return null;
  }
  if (out === undefined) return artifact.file;
  const file = resolve(out);
  try {
    await mkdir(dirname(file), { recursive: true });
    await copyFile(artifact.file, file);
  } catch (cause) {
    throw new ReefError('package-failed', `${file} cannot be written, name another place with --out: ${messageOf(cause)}`, {
      cause,
    });
  }
  return file;
}

function packageText({ name, runtime, architecture, artifact, notes }: Packaged, file: string | null): string {
  const noted = notes.map((note) => `note: ${note}`);
  if (artifact.kind === 'image') {
    return [`${name}: an image for ${architecture}, ${formatBytes(artifact.bytes)}`, ...noted, artifact.imageId].join('\n');
  }
  const { files, bytes, unpackedBytes, handler, parts } = artifact;
  const size = `${formatBytes(bytes)} (${formatBytes(unpackedBytes)} unpacked)`;
  const largest = parts
    .slice(0, partsShown)
    .map((part) => `  ${formatBytes(part.bytes).padStart(9)}  ${part.package ?? 'own code and its source map'}`);
  const rest = parts.length > partsShown ? [`             and ${parts.length - partsShown} more packages`] : [];
  return [
    `${name}: ${files} files, ${size}, ${handler} on ${runtime}, ${architecture}`,
    ...largest,
    ...rest,
    ...noted,
    file ?? '',
  ].join('\n');
}

function packageDocument(
  { function: fn, name, runtime, architecture, fingerprint, artifact, notes }: Packaged,
  file: string | null,
) {
  const common = { schema: 'reef/package@1', function: fn.id, name, fingerprint, runtime, architecture, notes };
  if (artifact.kind === 'image') return { ...common, kind: 'image', image_id: artifact.imageId, bytes: artifact.bytes };
  const { bytes, unpackedBytes, sha256, handler, files, parts } = artifact;
  return { ...common, kind: 'zip', file, bytes, unpacked_bytes: unpackedBytes, sha256, handler, files, parts };
}
