import { killTree, spawnInGroup } from '../../system/process.ts';

/** `$0` is the process id of the sandbox's group. Reads until the engine's end of the pipe closes. */
const script = 'while read -r _; do :; done; kill -s KILL -- "-$0"';

/**
 * Sees to it that a sandbox does not outlive this process, however it ends (a handler in an endless loop notices nothing itself).
 * A tiny process holds the other end of a pipe to us: when we are gone, the pipe closes and it kills the sandbox's group.
 * Windows does this by itself: children are in a job that ends with their parent.
 */
export function startWatchdog(pid: number): { stop(): void } {
  if (process.platform === 'win32') return { stop: () => {} };
  const child = spawnInGroup('/bin/sh', ['-c', script, String(pid)], { stdio: ['pipe', 'ignore', 'ignore'], env: {} });
  // Without a shell there is no watchdog; the shim still ends when its connection does.
  child.on('error', () => {});
  child.stdin?.on('error', () => {});
  child.unref();
  return {
    stop() {
      if (child.pid !== undefined && child.exitCode === null) killTree(child.pid);
    },
  };
}
