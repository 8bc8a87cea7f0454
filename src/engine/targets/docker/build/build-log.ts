import { readBuildTrace } from './build-trace.ts';

/** One message of the engine's stream, of the older builder or of BuildKit. */
export type BuildEvent = {
  stream?: string;
  id?: string;
  aux?: string | object;
  errorDetail?: { message?: string };
};

type Step = { name: string; lines: string[] };

const lastLines = 5;

/** What BuildKit puts before the reason of a failure. */
const wrappings = [
  /^failed to solve(?: with frontend [\w.]+)?: /,
  /^failed to create LLB definition: /,
  /^failed to compute cache key: /,
  /^executor failed running \[.*\]: /,
  /^process ".*" did not complete successfully: /,
];

/** Follows a build: what happens now, and why it failed. */
export class BuildLog {
  /** What the engine says in the end; null while nothing is wrong. */
  error: string | null = null;
  readonly #say: (text: string) => void;
  readonly #steps = new Map<string, Step>();
  #failed: Step | null = null;

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  add({ stream, id, aux, errorDetail }: BuildEvent): void {
    if (errorDetail !== undefined) this.error = errorDetail.message ?? 'the engine does not say why';
    if (id === 'moby.buildkit.trace' && typeof aux === 'string') this.#trace(aux);
    else if (stream !== undefined && stream.trim() !== '') this.#plain(stream);
  }

  /** Which step failed, why, and the last that it printed. */
  get failure(): string {
    const { name = '', lines = [] } = this.#failed ?? {};
    const what = wrappings.reduce((text, wrapping) => text.replace(wrapping, ''), this.error ?? '');
    const printed = lines.length === 0 ? '' : ` (it printed: ${lines.slice(-lastLines).join(' / ')})`;
    return `${name === '' ? '' : `step ${name}: `}${what}${printed}`.replaceAll(/\s+/g, ' ');
  }

  #trace(base64: string): void {
    const { steps, output } = readBuildTrace(base64);
    for (const { id, name, isRunning, error } of steps) {
      const step = this.#steps.get(id) ?? { name, lines: [] };
      if (isRunning && !this.#steps.has(id)) this.#say(name);
      if (isRunning) this.#steps.set(id, step);
      if (error !== '') this.#failed = step;
    }
    for (const { step, text } of output) this.#print(this.#steps.get(step), text);
  }

  /** The older builder tells steps and output in one, a step at a time. */
  #plain(text: string): void {
    if (/^Step \d/.test(text)) {
      this.#failed = { name: text.trim().replace(/^Step (\d+\/\d+) : /, '[$1] '), lines: [] };
      this.#say(this.#failed.name);
    } else if (!/^\s*--->/.test(text)) this.#print(this.#failed ?? undefined, text);
  }

  #print(step: Step | undefined, text: string): void {
    for (const line of text.split(/\r?\n/)) {
      if (line.trim() === '') continue;
      step?.lines.push(line.trim());
      this.#say(line.trimEnd());
    }
  }
}
