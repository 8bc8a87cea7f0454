import { sql as first } from './001-first.ts';
import { sql as traces } from './002-traces.ts';
import { sql as requests } from './003-requests.ts';

/** In order: the migration at index n leads to `user_version` n + 1. Never change one that was released. */
export const migrations: readonly string[] = [first, traces, requests];
