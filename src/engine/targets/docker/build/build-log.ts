import { readBuildTrace } from './build-trace.ts';

/** One message of the engine's stream, of the older builder or of BuildKit. */
export type BuildEvent = {
  stream?: string;
  id?: string;
  aux?: string | object;
  errorDetail?: { message?: string };
};

const lastLines = 5;

/** Follows a build: what happens now, and why it failed. */
export class BuildLog {
  /** What the engine says in the end; null while nothing is wrong. */
  error: string | null = null;
  readonly #say: (text: string) => void;
  readonly #names = new Map<string, string>();
  readonly #lines: string[] = [];
  #failed = '';

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  add({ stream, id, aux, errorDetail }: BuildEvent): void {
    if (errorDetail !== undefined) this.error = errorDetail.message ?? 'it did not say why';
    if (id === 'moby.buildkit.trace' && typeof aux === 'string') this.#trace(aux);
    else if (stream !== undefined && stream.trim() !== '') this.#plain(stream);
  }

  /** Which step failed, and the last that it printed. */
  get failure(): string {
    const printed = this.#lines.slice(-lastLines).join(' / ');
    const what = (this.error ?? '').replace(
      /^failed to solve(?: with frontend [\w.]+)?: (?:failed to create LLB definition: )?/,
      '',
    );
    const step = this.#failed === '' ? '' : `step ${this.#failed}: `;
    return `${step}${what}${printed === '' ? '' : ` (it printed: ${printed})`}`.replaceAll(/\s+/g, ' ');
  }

  #trace(base64: string): void {
    const { steps, output } = readBuildTrace(base64);
    for (const { id, name, isRunning, error } of steps) {
      if (isRunning && !this.#names.has(id)) this.#say(name);
      if (isRunning) this.#names.set(id, name);
      if (error !== '') this.#failed = name;
    }
    for (const { text } of output) this.#print(text);
  }

  /** The older builder tells steps and output in one. */
  #plain(text: string): void {
    if (/^Step \d/.test(text)) {
      this.#failed = text.trim().replace(/^Step (\d+\/\d+) : /, '[$1] ');
      this.#lines.length = 0;
      this.#say(this.#failed);
    } else if (!/^\s*--->/.test(text)) this.#print(text);
  }

  #print(text: string): void {
    for (const line of text.split(/\r?\n/)) {
      if (line.trim() === '') continue;
      this.#lines.push(line.trim());
      this.#say(line.trimEnd());
    }
  }
}
