/** Deploys a function in a process that a test may kill: `<url> <journals> <packages> <text> <specification as JSON>`. */
import { FunctionSpec } from '../../../../src/engine/deploy/spec.ts';
import { createAwsTarget } from '../../../../src/engine/targets/aws/target.ts';
import { packagingOf, returning } from '../../../support/aws/deploy/packed.ts';

const [endpoint = '', journals = '', packages = '', text = '', spec = ''] = process.argv.slice(2);
const { signal } = new AbortController();
const place = { profile: null, region: 'us-east-1' };
const target = createAwsTarget({ place, endpoint, journals, log: { log: () => {} } });
const request = {
  spec: FunctionSpec.parse(JSON.parse(spec)),
  packaging: packagingOf(returning(text), packages),
  owner: 'ours',
  adopt: false,
  pushImage: () => Promise.reject(new Error('There is no image')),
};
const step = await target.deployer?.deploy(request, signal, () => {});
await step?.apply(signal, () => {});
await target[Symbol.asyncDispose]();
