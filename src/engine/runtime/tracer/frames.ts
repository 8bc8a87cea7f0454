import { ReefError } from '../../../protocol/errors.ts';

/** Reads the stream of frames that native/tracer writes; its format is in stream.h there. Times are ns since the tracer's start. */

const magic = 'REEFMEM1';
const headBytes = 4;
const frame = { start: 1, samples: 2, detail: 3, stderr: 4, end: 5 } as const;

const sources = ['none', 'cgroup-v1', 'cgroup-v2', 'process'] as const;
export type TracerSource = (typeof sources)[number];

export type TracerStart = { source: TracerSource; periodMs: number; startedAtMs: number };

/** Bytes and ms; null where the kernel does not say. */
export type TracerDetail = {
  timeMs: number;
  usage: number | null;
  anonymous: number | null;
  file: number | null;
  shared: number | null;
  inactiveFile: number | null;
  /** `Infinity` without a limit. */
  limit: number | null;
  cpuMs: number | null;
  peak: number | null;
};

const hows = ['exited', 'killed', 'not-started', 'group-gone', 'stopped'] as const;

export type TracerEnd = {
  timeMs: number;
  how: (typeof hows)[number];
  /** Exit code, signal, or the system's error number, as `how` says. */
  code: number;
  oomKills: number | null;
  missed: number;
  lost: number;
  ownCpuMs: number;
};

export type TracerListener = {
  onStart(start: TracerStart): void;
  onSample(timeMs: number, usageBytes: number): void;
  onDetail(detail: TracerDetail): void;
  /** What the traced program wrote to standard error. */
  onStderr(bytes: Buffer): void;
  onEnd(end: TracerEnd): void;
};

const unknown = 2n ** 64n - 1n;
/** A limit above this is none: cgroup v1 states the largest number of pages instead. */
const noLimitBytes = 2 ** 62;
const nsInMs = 1e6;

/** Takes a stream in pieces of any size. */
export class TracerReader {
  readonly #listener: TracerListener;
  #rest: Buffer = Buffer.alloc(0);
  #hasMagic = false;

  constructor(listener: TracerListener) {
    this.#listener = listener;
  }

  /** @throws ReefError `sandbox-failed` for bytes that a tracer does not write */
  push(chunk: Buffer): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (!this.#hasMagic && bytes.length >= magic.length) {
      if (bytes.toString('latin1', 0, magic.length) !== magic) throw notATrace(bytes.toString('utf8', 0, 200));
      this.#hasMagic = true;
      bytes = bytes.subarray(magic.length);
    }
    while (this.#hasMagic && bytes.length >= headBytes) {
      const end = headBytes + bytes.readUInt16LE(2);
      if (bytes.length < end) break;
      this.#take(bytes.readUInt16LE(0), bytes.subarray(headBytes, end));
      bytes = bytes.subarray(end);
    }
    this.#rest = bytes;
  }

  #take(type: number, content: Buffer): void {
    const listener = this.#listener;
    if (type === frame.samples) {
      for (let at = 0; at < content.length; at += 16) listener.onSample(timeAt(content, at), sizeAt(content, at + 8));
    } else if (type === frame.detail) listener.onDetail(readDetail(content));
    // The listener may keep it, and the next piece must not change it.
    else if (type === frame.stderr) listener.onStderr(Buffer.from(content));
    else if (type === frame.start) {
      const source = sources[sizeAt(content, 0)] ?? 'none';
      listener.onStart({ source, periodMs: timeAt(content, 8), startedAtMs: timeAt(content, 16) });
    } else if (type === frame.end) listener.onEnd(readEnd(content));
    else throw notATrace(`frame ${type}`);
  }
}

function notATrace(found: string): ReefError {
  return new ReefError(
    'sandbox-failed',
    `The memory tracer did not start as it should, another program answered: ${found.trim()}`,
  );
}

/** Whole numbers up to 2^53 are exact, which is 8 PB. */
function sizeAt(content: Buffer, at: number): number {
  return content.readUInt32LE(at) + content.readUInt32LE(at + 4) * 2 ** 32;
}

function timeAt(content: Buffer, at: number): number {
  return sizeAt(content, at) / nsInMs;
}

function knownAt(content: Buffer, at: number): number | null {
  return content.readBigUInt64LE(at) === unknown ? null : sizeAt(content, at);
}

function readDetail(content: Buffer): TracerDetail {
  const [usage, anonymous, file, shared, inactiveFile, limit, cpuNs, peak] = Array.from({ length: 8 }, (_, i) =>
    knownAt(content, 8 * (i + 1)),
  );
  return {
    timeMs: timeAt(content, 0),
    usage: usage ?? null,
    anonymous: anonymous ?? null,
    file: file ?? null,
    shared: shared ?? null,
    inactiveFile: inactiveFile ?? null,
    limit: limit === null || limit === undefined || limit > noLimitBytes ? Infinity : limit,
    cpuMs: cpuNs === null || cpuNs === undefined ? null : cpuNs / nsInMs,
    peak: peak ?? null,
  };
}

function readEnd(content: Buffer): TracerEnd {
  return {
    timeMs: timeAt(content, 0),
    how: hows[sizeAt(content, 8)] ?? 'stopped',
    code: sizeAt(content, 16),
    oomKills: knownAt(content, 24),
    missed: sizeAt(content, 32),
    lost: sizeAt(content, 40),
    ownCpuMs: timeAt(content, 48),
  };
}
