import { isCancelled, messageOf, ReefError } from '../../../protocol/errors.ts';
import { unmeasured } from '../../../protocol/samples.ts';
import type { LoggedCall } from '../../exchange/logs/call-tracker.ts';
import { maxEventBytes } from '../../runtime/wire.ts';
import type { Attempt, Invocation, LogLine, Sandbox } from '../target.ts';
import { loggedCall, measurementOf, refusalOf, reportOf, responseOf } from './answer.ts';
import type { Deployed } from './deployed.ts';
import { explained } from './errors.ts';
import type { Lambda } from './lambda.ts';

export type LambdaSandboxOptions = {
  lambda: Lambda;
  deployed: Deployed;
  /** With the settings of the qualifier. */
  qualifier: string;
  memoryMb: number;
  /** The report of a call whose answer brought none; null when it cannot be found. */
  findReport: (requestId: string, startedAtMs: number, signal: AbortSignal) => Promise<LoggedCall | null>;
  onOutput: (line: LogLine) => void;
  /** Undoes what was made for it. */
  onClose: () => Promise<void>;
};

const linesKept = 1_000;
/** An alias may share its calls with a version that may run longer than the one it points to. Source: AWS Lambda quotas. */
const longestTimeoutMs = 900_000;

/**
 * One version of a deployed function. The service decides which of its environments a call meets: the report tells whether
 * it was a new one, and from then on calls count as in that one.
 */
export class LambdaSandbox implements Sandbox {
  readonly id: string;
  readonly memoryMb: number;
  private readonly options: LambdaSandboxOptions;
  private readonly versions = new Map<string, Deployed>();
  private lines: LogLine[] = [];
  private calls = 0;
  private environment = 0;
  private sequence = 0;
  private closed = false;

  constructor(options: LambdaSandboxOptions) {
    this.options = options;
    this.id = `${options.deployed.name}:${options.qualifier}`;
    this.memoryMb = options.memoryMb;
  }

  async invoke({ payload }: Invocation, signal: AbortSignal): Promise<Attempt> {
    const { deployed } = this.options;
    if (this.closed) throw new ReefError('sandbox-failed', `The sandbox of ${deployed.name} is closed.`);
    const bytes = Buffer.byteLength(payload);
    if (bytes > maxEventBytes) {
      throw new ReefError(
        'invalid-event',
        `The event for ${deployed.name} has ${bytes} bytes, and Lambda takes at most ${maxEventBytes}.`,
      );
    }
    const startedAtMs = Date.now();
    const startMs = performance.now();
    try {
      return await this.attempt(payload, startedAtMs, startMs, signal);
    } catch (error) {
      if (signal.aborted || isCancelled(error)) {
        const sentence = `The call of ${deployed.name} was cancelled here; AWS lets it run to its end.`;
        throw new ReefError('cancelled', sentence, { cause: error });
      }
      const refusal = refusalOf(error);
      if (refusal === null) throw this.explained(error);
      const measurement = { ...unmeasured, ...refusal, cold: this.calls === 0, startedAtMs };
      return { measurement, sandboxId: this.place(), sandboxSequence: this.sequence, response: null };
    }
  }

  logs(): readonly LogLine[] {
    return this.lines;
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.options.onClose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private async attempt(payload: string, startedAtMs: number, startMs: number, signal: AbortSignal): Promise<Attempt> {
    const { lambda, deployed, qualifier, findReport } = this.options;
    const longestMs = isAlias(qualifier) ? longestTimeoutMs : deployed.timeoutS * 1000;
    const output = await lambda.invoke(deployed.arn, qualifier, payload, longestMs, signal);
    const roundTripMs = performance.now() - startMs;
    const { requestId } = output.$metadata;
    const tail = Buffer.from(output.LogResult ?? '', 'base64').toString('utf8');
    const inTail = loggedCall(tail, requestId);
    const logged = inTail ?? (requestId === undefined ? null : await findReport(requestId, startedAtMs, signal));
    const text = Buffer.from(output.Payload ?? []).toString('utf8');
    const answer = { functionError: output.FunctionError ?? null, payload: text, logged };
    const ran = await this.executed(output.ExecutedVersion, signal);
    const limits = { memoryMb: ran.memoryMb, timeoutMs: ran.timeoutS * 1000 };
    const measurement = measurementOf(answer, { ...limits, startedAtMs, roundTripMs, first: this.calls === 0 });
    this.calls += 1;
    this.count(measurement.cold);
    this.print(tail);
    return {
      measurement,
      sandboxId: this.place(),
      sandboxSequence: this.sequence,
      response: responseOf(answer),
      ...(requestId !== undefined && { requestId }),
      report: reportOf(answer, ran, requestId),
    };
  }

  /** The version that ran: an alias may share its calls among two of them. */
  private async executed(version: string | undefined, signal: AbortSignal): Promise<Deployed> {
    const { lambda, deployed } = this.options;
    if (version === undefined || version === deployed.version) return deployed;
    try {
      const known = this.versions.get(version) ?? (await lambda.configuration(deployed.arn, signal, version));
      this.versions.set(version, known);
      return known;
    } catch (error) {
      if (isCancelled(error)) throw error;
      // The call was made and is kept, whatever can be learned of its version.
      return { ...deployed, version };
    }
  }

  private count(cold: boolean): void {
    if (cold) this.environment += 1;
    this.sequence = cold ? 0 : this.sequence + 1;
  }

  private place(): string {
    return `${this.id}#${this.environment}`;
  }

  private print(tail: string): void {
    const atMs = Date.now();
    for (const text of tail.split('\n').filter((line) => line.trim() !== '')) {
      const line: LogLine = { sandboxId: this.place(), stream: 'stdout', text, atMs };
      this.lines.push(line);
      this.options.onOutput(line);
    }
    this.lines = this.lines.slice(-linesKept);
  }

  private explained(error: unknown): ReefError {
    const { lambda, deployed } = this.options;
    const name = error instanceof Error ? error.name : '';
    if (name === 'InvalidRequestContentException' || name === 'RequestTooLargeException') {
      return new ReefError('invalid-event', `Lambda refused the event for ${deployed.name}: ${messageOf(error)}`, {
        cause: error,
      });
    }
    return explained(error, { action: 'lambda:InvokeFunction', resource: deployed.arn, place: lambda.place });
  }
}

function isAlias(qualifier: string): boolean {
  return qualifier !== '$LATEST' && !/^\d+$/.test(qualifier);
}
