import * as z from 'zod/mini';
import { Architecture } from '../../../../protocol/functions.ts';

/**
 * `reef.yaml`: functions without a template of another tool. Each message completes "<setting> of <function> …"; descriptions
 * are what an editor shows. What AWS Lambda itself limits is limited here by its documented values.
 */

const path = (what: string) =>
  z.string('must be a path').check(
    z.minLength(1, 'must be a path'),
    z.refine((value) => !/^(?:[a-z]:|[/\\])/i.test(value), { message: 'must be a path relative to this file' }),
    z.describe(what),
  );

const wholeNumber = (min: number, max: number, unit: string, what: string) => {
  const message = `must be a whole number of ${unit} from ${min} to ${max}`;
  return z.int(message).check(z.minimum(min, message), z.maximum(max, message), z.describe(what));
};

const listOf = (what: string, each: string, pattern: RegExp) =>
  z.array(z.string(`must be ${each}`).check(z.regex(pattern, `must be ${each}`)), `must be a list of ${what}`);

const patterns = (about: string) =>
  listOf('patterns', 'a pattern of files below the code folder', /^(?!.*(?:^|\/)\.\.(?:\/|$)).+$/).check(z.describe(about));

const packages = (about: string) =>
  listOf('names of packages', 'the name of a package', /^(?:@[\w.-]+\/(?:\*|[\w.-]+)|[\w.-]+)$/).check(z.describe(about));

const flag = (what: string) => z.boolean('must be true or false').check(z.describe(what));

/** Numbers and true or false become text, as they do in the environment of a process. */
const scalar = z.union([z.string(), z.number(), z.boolean()], 'must be a text, a number, or true or false');

/** Names that AWS Lambda sets itself and refuses. Source: "Defined runtime environment variables", AWS Lambda developer guide. */
const reserved =
  /^(?:_HANDLER|_X_AMZN_TRACE_ID|AWS_(?:DEFAULT_REGION|REGION|EXECUTION_ENV|ACCESS_KEY(?:_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN)|AWS_LAMBDA_(?:FUNCTION_\w+|INITIALIZATION_TYPE|LOG_GROUP_NAME|LOG_STREAM_NAME|RUNTIME_API)|LAMBDA_(?:TASK_ROOT|RUNTIME_DIR))$/;

const variableName = z.string().check(
  z.regex(/^[a-zA-Z]\w+$/, 'must have names of two or more letters, digits and _ that begin with a letter'),
  z.refine((name) => !reserved.test(name), { message: 'must not have a variable that AWS Lambda sets itself' }),
);

const tagName = z.string().check(
  z.regex(/^(?!aws:).{1,128}$/i, 'must have names of at most 128 characters that do not begin with "aws:"'),
  z.refine((name) => !name.startsWith('reef:'), { message: 'must not have names that begin with "reef:", which are its own' }),
);

export const functionName = /^[a-zA-Z0-9-_]{1,64}$/;

export const FunctionSettings = z.strictObject(
  {
    handler: z.optional(
      z
        .string('must be written as file.function')
        .check(z.minLength(1, 'must be written as file.function'), z.describe('File and function, e.g. src/app.handler.')),
    ),
    runtime: z.optional(
      z.string('must be the name of a runtime').check(z.describe('Runtime of AWS Lambda, e.g. nodejs22.x or python3.13.')),
    ),
    code: z.optional(path('Folder from which the handler is named; without it, the folder of this file.')),
    memory: z.optional(wholeNumber(128, 10_240, 'MB', 'Memory, MB. Without it, 128.')),
    timeout: z.optional(wholeNumber(1, 900, 'seconds', 'Longest time of a call, seconds. Without it, 3.')),
    architecture: z.optional(
      z.enum(Architecture.options, 'must be x86_64 or arm64').check(z.describe('Processor. Without it, x86_64.')),
    ),
    storage: z.optional(wholeNumber(512, 10_240, 'MB', 'Size of /tmp, MB. Without it, 512.')),
    description: z.optional(
      z
        .string('must be a text')
        .check(z.maxLength(256, 'must have at most 256 characters'), z.describe('What the function does.')),
    ),
    environment: z.optional(
      z
        .record(variableName, scalar, 'must be a map of names and values')
        .check(z.describe('Environment variables. ${env:NAME} is the variable of the machine that deploys.')),
    ),
    layers: z.optional(
      listOf(
        'ARNs of layer versions',
        'the ARN of a layer version',
        /^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:layer:[\w-]+:\d+$/,
      ).check(z.maxLength(5, 'must have at most 5 entries'), z.describe('ARNs of layer versions, at most five.')),
    ),
    vpc: z.optional(
      z
        .strictObject(
          {
            subnets: listOf('subnets', 'a subnet, e.g. subnet-0a1b2c', /^subnet-\w+$/).check(
              z.minLength(1, 'must name a subnet'),
            ),
            securityGroups: listOf('security groups', 'a security group, e.g. sg-0a1b2c', /^sg-\w+$/).check(
              z.minLength(1, 'must name a security group'),
            ),
          },
          'must have subnets and securityGroups',
        )
        .check(z.describe('Network of the function.')),
    ),
    tags: z.optional(
      z.record(tagName, scalar, 'must be a map of names and values').check(z.describe('Tags of the deployed function.')),
    ),
    logFormat: z.optional(
      z.enum(['Text', 'JSON'], 'must be Text or JSON').check(z.describe('Format of the log. Without it, Text.')),
    ),
    role: z.optional(
      z
        .string('must be the ARN or the name of a role')
        .check(
          z.regex(/^(?:arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+|[\w+=,.@-]{1,64})$/, 'must be the ARN or the name of a role'),
          z.describe('Execution role. Without it, deploying asks for one or makes a basic one.'),
        ),
    ),
    url: z.optional(
      z
        .enum(['none', 'iam'], 'must be none or iam: a public URL is not made')
        .check(z.describe('iam: a function URL that asks for signatures of IAM.')),
    ),
    alias: z.optional(
      z.string('must be the name of an alias').check(
        z.regex(/^(?!\d+$)[\w-]{1,128}$/, 'must be of letters, digits, - and _, and no number'),
        z.refine((name) => !name.startsWith('reef-'), { message: 'must not begin with "reef-", as aliases of studies do' }),
        z.describe('Alias that callers use, moved by each deployment.'),
      ),
    ),
    deployedName: z.optional(
      z
        .string('must be the name of a function')
        .check(
          z.regex(functionName, 'must be at most 64 letters, digits, - and _'),
          z.describe('Name where it is deployed; without it, the name here.'),
        ),
    ),
    bundle: z.optional(flag('Node.js: false packs the code folder as it is, with its production dependencies.')),
    minify: z.optional(flag('Node.js: false leaves the bundle readable.')),
    sourceMaps: z.optional(flag('Node.js: false leaves source maps out.')),
    external: z.optional(packages('Node.js: packages that are packed as they are installed, not bundled.')),
    provided: z.optional(packages('Packages that a layer brings: neither bundled nor packed.')),
    bundleAwsSdk: z.optional(flag('Node.js: true packs @aws-sdk and @smithy, which the runtime has too.')),
    include: z.optional(patterns('Further files of the code folder, as patterns of .gitignore.')),
    exclude: z.optional(patterns('Files that are not packed, as patterns of .gitignore.')),
    requirements: z.optional(
      path('Python: requirements.txt, pyproject.toml or uv.lock; without it, the one in the code folder.'),
    ),
    dockerfile: z.optional(path('Dockerfile of a function that is deployed as a container image.')),
    context: z.optional(path('Folder that the Dockerfile is built with; without it, its own.')),
  },
  'must be a map of settings',
);
export type FunctionSettings = z.infer<typeof FunctionSettings>;

const functionKey = z.string().check(z.regex(functionName, 'must be named by at most 64 letters, digits, - and _'));

export const ReefFile = z.strictObject(
  {
    functions: z
      .record(functionKey, FunctionSettings, 'must be a map of functions by name')
      .check(z.describe('The functions by name.')),
  },
  'must be a map with functions',
);
