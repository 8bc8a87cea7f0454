import type { DeployedAlias } from '../../../protocol/deployed.ts';
import type { Catalog } from '../catalog.ts';
import type { AwsOptions } from './client-config.ts';
import { asListed, asVersion, type Deployed, withoutVersion } from './deployed.ts';
import type { Alias, Lambda } from './lambda.ts';
import { orDisabledRegion } from './disabled-region.ts';
import { ResourceTags } from './resource-tags.ts';
import { isReefAlias } from './undo.ts';
import { isSame, published } from './versions.ts';

type Parts = {
  lambda: Lambda;
  options: AwsOptions;
  find: (wanted: string, signal: AbortSignal) => Promise<Deployed>;
};

/** What is deployed at a place of AWS. Its ids are ARNs. */
export function createCatalog({ lambda, options, find }: Parts): Catalog & Disposable {
  const resources = new ResourceTags(options);
  return {
    async *functions(signal) {
      try {
        for await (const page of lambda.functionPages(signal)) yield page.map(asListed);
      } catch (error) {
        throw await orDisabledRegion(error, { options, regionOf: () => lambda.region() }, signal);
      }
    },
    tags: (signal) => resources.pages(signal),
    tagsOf: (id, signal) => resources.of(id, signal),
    describe: async (wanted, signal) => asListed(await find(wanted, signal)),
    async versions(wanted, signal) {
      const arn = wanted.startsWith('arn:') ? withoutVersion(wanted) : (await find(wanted, signal)).arn;
      const [aliases, versions] = await Promise.all([lambda.aliases(arn, signal), lambda.versions(arn, signal)]);
      const latest = versions.find(({ version }) => version === '$LATEST');
      return {
        aliases: aliases.filter(({ name }) => !isReefAlias(name)).map(asAlias),
        versions: published(versions).map((each) => asVersion(each, latest !== undefined && isSame(each, latest))),
      };
    },
    [Symbol.dispose]: () => resources[Symbol.dispose](),
  };
}

function asAlias({ name, version, description, weights }: Alias): DeployedAlias {
  return { name, version, description, shares: weights };
}
