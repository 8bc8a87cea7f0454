import type { Curve } from '../../studies/tracing/trace.ts';

/** A curve that grows: a reading costs 16 bytes, and a million of them fit without an array of objects. */
export class GrowingCurve {
  #timeMs = new Float64Array(1024);
  #values = new Float64Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get last(): { timeMs: number; value: number } | null {
    const [timeMs, value] = [this.#timeMs[this.#length - 1], this.#values[this.#length - 1]];
    return timeMs === undefined || value === undefined ? null : { timeMs, value };
  }

  push(timeMs: number, value: number): void {
    if (this.#length === this.#timeMs.length) {
      this.#timeMs = doubled(this.#timeMs);
      this.#values = doubled(this.#values);
    }
    this.#timeMs[this.#length] = timeMs;
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  /** As of now, with times moved by so much. */
  curve(moveMs = 0): Curve {
    const timeMs = this.#timeMs.slice(0, this.#length).map((time) => time + moveMs);
    return { timeMs, values: this.#values.slice(0, this.#length) };
  }
}

function doubled(from: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const to = new Float64Array(from.length * 2);
  to.set(from);
  return to;
}
