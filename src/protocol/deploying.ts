import * as z from 'zod/mini';

/** One line of a plan. Values of environment variables are never in it. */
export const PlannedChange = z.object({
  action: z.enum(['create', 'update', 'delete']),
  /** What it is about, e.g. `function`, `memory`, `role`. */
  what: z.string(),
  /** Null for what is not there before, or has no value that could be shown. */
  from: z.nullable(z.string()),
  /** Null for what is not there afterwards. */
  to: z.nullable(z.string()),
});
export type PlannedChange = z.infer<typeof PlannedChange>;

/** What would change in a cloud. Nothing is changed before somebody has agreed to it. */
export const CloudPlan = z.object({
  verb: z.enum(['deploy', 'rollBack', 'destroy']),
  /** Its name where it is deployed. */
  functionName: z.string(),
  target: z.string(),
  account: z.string(),
  region: z.string(),
  /** Empty when all is as it shall be. */
  changes: z.array(PlannedChange),
  /** What the user should know before the yes, a sentence each. */
  notes: z.array(z.string()),
  /** Name of a role that would be made: people agree to that by name, as it is found by who else may use it. Null: none. */
  newRole: z.nullable(z.string()),
});
export type CloudPlan = z.infer<typeof CloudPlan>;

/** The answer to a plan: carry it out or not, or make another one with a role that is there. */
export const PlanAnswer = z.union([z.object({ accepted: z.boolean() }), z.object({ role: z.string() })]);
export type PlanAnswer = z.infer<typeof PlanAnswer>;

/** What is deployed afterwards. */
export const Deployment = z.object({
  arn: z.string(),
  /** Published version that holds it; null when `$LATEST` alone does. */
  version: z.nullable(z.string()),
  /** Alias that leads to it; null: none. */
  alias: z.nullable(z.string()),
  url: z.nullable(z.string()),
});
export type Deployment = z.infer<typeof Deployment>;

/** `done`, `unchanged` when nothing had to be changed, `declined` when the plan was not agreed to. */
export const CloudOutcome = z.object({
  state: z.enum(['done', 'unchanged', 'declined']),
  plan: CloudPlan,
  /** What is deployed now; null after destroying, and when the plan was declined. */
  deployment: z.nullable(Deployment),
});
export type CloudOutcome = z.infer<typeof CloudOutcome>;

/** A role that Lambda may assume. */
export const ExecutionRole = z.object({ name: z.string(), arn: z.string(), description: z.string() });
export type ExecutionRole = z.infer<typeof ExecutionRole>;

/** A program of the user's own, in a folder (absolute), with what is added to the environment. */
export const ToolCommand = z.object({
  program: z.string(),
  args: z.array(z.string()),
  folder: z.string(),
  environment: z.record(z.string(), z.string()),
});
export type ToolCommand = z.infer<typeof ToolCommand>;

/** How a function of a template is deployed: by the tool that the template belongs to, with commands one after the other. */
export const DeployTool = z.object({
  /** E.g. `AWS SAM CLI`. */
  name: z.string(),
  /** Relative to the workspace. */
  template: z.string(),
  commands: z.array(ToolCommand),
  /** What to install, in a sentence; null: the tool is there. */
  missing: z.nullable(z.string()),
});
export type DeployTool = z.infer<typeof DeployTool>;

const workDone = z.optional(z.union([z.string(), z.number()]));
/** `function` is a name or id of the workspace, or a name where it is deployed; no target: where it was deployed last. */
const deployed = { folder: z.string(), function: z.string(), target: z.optional(z.string()) };

export const deployingRequests = {
  /** Null when Reef deploys the function itself. */
  deployTool: {
    method: 'reef/deployTool',
    params: z.object(deployed),
    result: z.object({ tool: z.nullable(DeployTool) }),
  },
  /** Where a function was deployed from here, as far as that is remembered. */
  deployedTargets: {
    method: 'reef/deployedTargets',
    params: z.object({ folder: z.string(), function: z.string() }),
    result: z.object({ targets: z.array(z.string()) }),
  },
  /** Each shows its plan by `reef/confirmCloudPlan`, and carries out what is agreed to. */
  deploy: {
    method: 'reef/deploy',
    params: z.object({ ...deployed, role: z.optional(z.string()), adopt: z.optional(z.boolean()), workDoneToken: workDone }),
    result: CloudOutcome,
  },
  rollBack: {
    method: 'reef/rollBack',
    params: z.object({ ...deployed, to: z.optional(z.string()), alias: z.optional(z.string()), workDoneToken: workDone }),
    result: CloudOutcome,
  },
  destroy: {
    method: 'reef/destroy',
    params: z.object({ ...deployed, logs: z.optional(z.boolean()), workDoneToken: workDone }),
    result: CloudOutcome,
  },
  executionRoles: {
    method: 'reef/executionRoles',
    params: z.object({ folder: z.string(), target: z.string() }),
    result: z.object({ roles: z.array(ExecutionRole) }),
  },
} as const;

/** Server to client: whether to carry out a plan. Asked before anything is changed. */
export const confirmCloudPlan = {
  method: 'reef/confirmCloudPlan',
  params: z.object({ folder: z.string(), plan: CloudPlan }),
  result: PlanAnswer,
} as const;
