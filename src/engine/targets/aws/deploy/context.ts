import type { Log } from '../../../studies/ports.ts';
import type { AwsOptions } from '../client-config.ts';
import type { Lambda } from '../lambda.ts';
import type { DeployCalls } from './deploy-calls.ts';
import type { Repositories } from './repositories.ts';
import type { Roles } from './roles.ts';

/** What all steps of deploying to one place share. Clients that only some need are loaded when they are first wanted. */
export type DeployContext = {
  options: AwsOptions;
  lambda: Lambda;
  calls: DeployCalls;
  roles: () => Promise<Roles>;
  repositories: () => Promise<Repositories>;
  /** Where the clients of the environment find AWS; null: AWS itself. */
  endpoint: string | null;
  /** Absolute path of the folder of journals. */
  journals: string;
  log: Log;
};
