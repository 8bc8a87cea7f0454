/** Lines as AWS Lambda writes them, for the tests of logs. */
export const id = (n: number): string => `8f507cfc-0000-4697-b07a-${String(n).padStart(12, '0')}`;

export const start = (n: number, version = '$LATEST'): string => `START RequestId: ${id(n)} Version: ${version}`;
export const end = (n: number): string => `END RequestId: ${id(n)}`;
/** `more`: what comes after the common fields, each with its tab. */
export const report = (n: number, more = '', duration = '15.74', used = 56): string =>
  `REPORT RequestId: ${id(n)}\tDuration: ${duration} ms\tBilled Duration: ${Math.ceil(Number(duration))} ms\tMemory Size: 128 MB\tMax Memory Used: ${used} MB\t${more}`;

export const platform = (type: string, record: object, time = '2026-03-01T10:00:00.000Z'): string =>
  JSON.stringify({ time, type: `platform.${type}`, record });

export const metrics = { durationMs: 15.7, billedDurationMs: 16, memorySizeMB: 128, maxMemoryUsedMB: 56 };
