/**
 * The shims take Node's own modules by require: an import reads all exports of a module, and some of them load
 * much more (a second HTTP client, the stream promises …), 50 ms and 20 MB that would count as the function's.
 */
import { createRequire } from 'node:module';

export const require = createRequire(import.meta.url);
