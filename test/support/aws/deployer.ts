import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, type CreateFunctionCommandInput, LambdaClient } from '@aws-sdk/client-lambda';
import { emptyZip } from './emulator.ts';

/** Creates functions in an account of the emulator. */
export type Deployer = Disposable & {
  lambda: LambdaClient;
  deploy(name: string, settings?: Partial<CreateFunctionCommandInput>): Promise<unknown>;
};

export async function createDeployer(endpoint: string): Promise<Deployer> {
  const iam = new IAMClient({ endpoint });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'lambda', AssumeRolePolicyDocument: '{}' }));
  iam.destroy();
  const lambda = new LambdaClient({ endpoint });
  const common = {
    Runtime: 'nodejs22.x',
    Role: Role?.Arn,
    Handler: 'basic.empty',
    Code: { ZipFile: emptyZip },
    MemorySize: 512,
    Timeout: 20,
  } as const;
  return {
    lambda,
    deploy: (FunctionName, settings = {}) => lambda.send(new CreateFunctionCommand({ ...common, FunctionName, ...settings })),
    [Symbol.dispose]: () => lambda.destroy(),
  };
}
