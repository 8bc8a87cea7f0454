import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { messageOf, ReefError } from '../../protocol/errors.ts';
import { parseJson } from '../runtime/wire.ts';

/** Where a function was deployed from here, last. Only a memory: all that counts is found again in the cloud. */
export const DeploymentState = z.object({
  schema: z.literal('reef/deployment@1'),
  /** Its name where it is deployed. */
  name: z.string(),
  /** As a user names it, e.g. `aws:dev/eu-west-1`. */
  target: z.string(),
  functionId: z.string(),
  arn: z.string(),
  version: z.nullable(z.string()),
  alias: z.nullable(z.string()),
  url: z.nullable(z.string()),
});
export type DeploymentState = z.infer<typeof DeploymentState>;

const hashDigits = 8;

/** Beside the store. */
export function deploymentFolder(storePath: string): string {
  return join(dirname(storePath), 'deployments');
}

/** @throws ReefError `store-unavailable` when it cannot be written: the function is deployed all the same */
export function writeState(folder: string, state: DeploymentState): void {
  const file = fileOf(folder, state);
  try {
    mkdirSync(folder, { recursive: true });
    // Whole or not at all, as others may read it.
    writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`);
    renameSync(`${file}.new`, file);
  } catch (cause) {
    const sentence = `${state.name} is deployed, but ${file} cannot be written, which remembers where: ${messageOf(cause)}`;
    throw new ReefError('store-unavailable', sentence, { cause });
  }
}

export function forgetState(folder: string, deployed: Pick<DeploymentState, 'name' | 'target'>): void {
  rmSync(fileOf(folder, deployed), { force: true });
}

/** Those of a function, by its name where it is deployed; what cannot be read is as if it were not there. */
export function statesOf(folder: string, name: string): DeploymentState[] {
  return files(folder).flatMap((file) => {
    const state = DeploymentState.safeParse(parseJson(textOf(join(folder, file))));
    return state.success && state.data.name === name ? [state.data] : [];
  });
}

function fileOf(folder: string, { name, target }: Pick<DeploymentState, 'name' | 'target'>): string {
  const hash = createHash('sha256').update(target).digest('hex').slice(0, hashDigits);
  return join(folder, `${name}-${hash}.json`);
}

function files(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
