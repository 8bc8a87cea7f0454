import type Docker from 'dockerode';
import { followStream } from './stream.ts';

const sayEveryMs = 2_000;

/** One event of the engine's stream of progress. */
type PullEvent = { id?: string; status?: string; progressDetail?: { current?: number; total?: number } };

/** How much of the layers seen so far is transferred, bytes, by what the engine calls a layer under way and a done one. */
export class TransferProgress {
  private readonly layers = new Map<string, { current: number; total: number }>();
  private readonly ongoing: 'Downloading' | 'Pushing';
  private readonly done: 'Download complete' | 'Pushed';

  constructor(ongoing: TransferProgress['ongoing'], done: TransferProgress['done']) {
    this.ongoing = ongoing;
    this.done = done;
  }

  add({ id, status, progressDetail }: PullEvent): void {
    if (id === undefined) return;
    if (status === this.ongoing) {
      this.layers.set(id, { current: progressDetail?.current ?? 0, total: progressDetail?.total ?? 0 });
    } else if (status === this.done) {
      const { total = 0 } = this.layers.get(id) ?? {};
      this.layers.set(id, { current: total, total });
    }
  }

  text(image: string): string {
    const sum = (part: 'current' | 'total'): string =>
      ([...this.layers.values()].reduce((all, layer) => all + layer[part], 0) / 2 ** 20).toFixed(0);
    return `${this.ongoing === 'Pushing' ? 'Pushing' : 'Pulling'} ${image}: ${sum('current')} of ${sum('total')} MB`;
  }
}

/** Pulls an image and tells how far it is now and then. Rejects with what the engine says, or when the signal aborts. */
export async function pullImage(docker: Docker, image: string, say: (text: string) => void, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  say(`Pulling ${image}: Docker does not have it yet.`);
  const stream = await docker.pull(image, { abortSignal: signal });
  const progress = new TransferProgress('Downloading', 'Download complete');
  let saidAtMs = performance.now();
  const onProgress = (event: PullEvent): void => {
    progress.add(event);
    if (performance.now() - saidAtMs < sayEveryMs) return;
    saidAtMs = performance.now();
    say(progress.text(image));
  };
  await followStream(docker, stream, onProgress, signal);
}
