/** Folders of a container's memory and CPU groups, the second for cgroup v1 only. */
export type GroupFolders = { memory: string; cpu: string };

/**
 * Where a container's groups may be below `root` (the machine's `/sys/fs/cgroup`), by cgroup version and driver: no engine
 * says which. Sources: moby daemon/oci_linux.go, libpod's systemd and cgroupfs parents.
 */
export function groupFolders(root: string, containerId: string): GroupFolders[] {
  const groups = [
    `docker/${containerId}`,
    `system.slice/docker-${containerId}.scope`,
    `machine.slice/libpod-${containerId}.scope`,
    `libpod_parent/libpod-${containerId}`,
  ];
  const v1 = groups.map((group) => ({ memory: `${root}/memory/${group}`, cpu: `${root}/cpuacct/${group}` }));
  const v2 = groups.map((group) => ({ memory: `${root}/${group}`, cpu: '-' }));
  return [...v1, ...v2];
}
