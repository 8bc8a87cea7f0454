import { versionOfRuntime } from '../../functions/runtimes.ts';
import type { ZipBuild } from '../build.ts';

/** The AWS SDK as packages: version 3 in every runtime since Node.js 18, version 2 in those before. */
const version3 = ['@aws-sdk/*', '@smithy/*'];
const version2 = ['aws-sdk'];

/** What the runtime has of packages, unless the function is to have its own. Source: "Node.js" in the AWS Lambda developer guide. */
export function sdkOf({ bundleAwsSdk }: Pick<ZipBuild, 'bundleAwsSdk'>, runtime: string): readonly string[] {
  if (bundleAwsSdk) return [];
  return Number(versionOfRuntime(runtime)) >= 18 ? version3 : version2;
}
