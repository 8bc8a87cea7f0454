import type { Architecture } from '../../../protocol/functions.ts';

/** The platform that a Python package was built for; null for one that runs everywhere. */
export type WheelPlatform = { system: 'linux' | 'macos' | 'windows' | 'other'; architecture: Architecture | null };

/** Platforms in the file `WHEEL` of an installed package: one for each of its lines `Tag: cp313-cp313-manylinux_2_17_x86_64`. */
export function wheelPlatforms(text: string): WheelPlatform[] {
  const tags = [...text.matchAll(/^Tag:\s*(\S+)\s*$/gm)].map(([, tag = '']) => tag);
  return tags.flatMap((tag) => {
    const platforms = tag.split('-')[2]?.split('.') ?? [];
    return platforms.flatMap((platform) => wheelPlatform(platform) ?? []);
  });
}

/** `manylinux_2_17_x86_64`, `musllinux_1_2_aarch64`, `macosx_11_0_arm64`, `win_amd64`; null for `any`. */
function wheelPlatform(platform: string): WheelPlatform | null {
  if (platform === 'any') return null;
  const system = /linux/.test(platform)
    ? 'linux'
    : platform.startsWith('macosx')
      ? 'macos'
      : platform.startsWith('win')
        ? 'windows'
        : 'other';
  const architecture = /(?:x86_64|amd64)$/.test(platform) ? 'x86_64' : /(?:aarch64|arm64)$/.test(platform) ? 'arm64' : null;
  return { system, architecture };
}
