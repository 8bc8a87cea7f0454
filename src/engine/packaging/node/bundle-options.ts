import { existsSync } from 'node:fs';
import { posix, relative, resolve, sep } from 'node:path';
import type { BuildOptions, OnResolveResult, Plugin } from 'esbuild';
import { versionOfRuntime } from '../../functions/runtimes.ts';
import type { ZipBuild } from '../build.ts';
import { handlerPath } from './handler-place.ts';
import { installedWith, isListed, packageName } from './manifest.ts';
import { sdkOf } from './runtime-sdk.ts';

export type Format = 'cjs' | 'esm';

/** What is known so far of how code must be bundled. */
export type Plan = {
  format: Format;
  /**
   * Bundled CommonJS calls `require`, which an ES module has not by itself. Set at once where names are minified: code that
   * declares it as well would then have another name for it.
   */
  needsRequire: boolean;
  /** Packages with compiled parts, which no bundle can hold. */
  native: ReadonlySet<string>;
};

/** What stayed outside of a bundle. */
export type Outside = {
  /** Packages that go beside it, with the folders that import them. */
  external: Map<string, Set<string>>;
  /** Packages that something else brings. */
  provided: Set<string>;
  /** Packages that load a compiled module. */
  native: Set<string>;
  /** Compiled modules of the project's own, absolute. */
  binaries: Set<string>;
};

const requireBanner = "import{createRequire as reefRequire}from'node:module';const require=reefRequire(import.meta.url);";

export function bundleOptions(build: ZipBuild, handler: string, runtime: string, plan: Plan, outside: Outside): BuildOptions {
  const isModule = plan.format === 'esm';
  const out = handlerPath(handler);
  return {
    absWorkingDir: build.codeRoot,
    entryPoints: [{ in: build.handlerFile, out }],
    outdir: build.codeRoot,
    outExtension: { '.js': isModule ? '.mjs' : '.cjs' },
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    target: `node${versionOfRuntime(runtime)}`,
    format: plan.format,
    minify: build.minify,
    keepNames: true,
    ...(build.sourceMaps && { sourcemap: 'linked', sourcesContent: false }),
    // Only what an ES module lacks: a name declared at its top could be one that the code declares itself.
    ...(isModule && { define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' } }),
    ...(isModule && plan.needsRequire && { banner: { js: requireBanner } }),
    // Not the NODE_PATH of whoever packs.
    nodePaths: [],
    plugins: [leaveOutside(build, [...build.provided, ...sdkOf(build, runtime)], out, plan, outside)],
    logLevel: 'silent',
  };
}

/** Decides of each import of a package whether it is bundled; `provided` are those that something else brings. */
function leaveOutside(
  { external, codeRoot }: ZipBuild,
  provided: readonly string[],
  out: string,
  plan: Plan,
  outside: Outside,
): Plugin {
  return {
    name: 'leave-outside',
    setup(build) {
      build.onResolve({ filter: /^[@\w]/ }, ({ path, kind, resolveDir }): OnResolveResult | undefined => {
        if (kind === 'entry-point') return undefined;
        const name = packageName(path);
        if (isListed(name, provided)) {
          outside.provided.add(name);
          return { path, external: true };
        }
        if (!isListed(name, external) && !plan.native.has(name)) return undefined;
        outside.external.set(name, (outside.external.get(name) ?? new Set()).add(resolveDir));
        return { path, external: true };
      });
      build.onResolve({ filter: /^\.\.?\/.*\.node$/ }, ({ path, resolveDir, importer }): OnResolveResult | undefined => {
        const file = resolve(resolveDir, path);
        if (!existsSync(file)) return undefined;
        const owner = installedWith(importer);
        if (owner === null) outside.binaries.add(file);
        else outside.native.add(owner.name);
        const from = resolve(codeRoot, posix.dirname(out));
        return { path: `./${relative(from, file).split(sep).join('/')}`, external: true };
      });
    },
  };
}
