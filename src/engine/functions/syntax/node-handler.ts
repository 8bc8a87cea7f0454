import type { Node } from '@vscode/tree-sitter-wasm';
import { childrenOf } from './grammars.ts';

const functionTypes = new Set(['arrow_function', 'function_expression', 'function_declaration', 'method_definition']);
const plainNames = new Set(['handler', 'lambdaHandler', 'lambda_handler']);
const suffixed = /[a-z0-9]Handler$|_handler$/;
const eventName = /^_*(?:event|evt)$/i;
const contextName = /^_*(?:lambda)?(?:context|ctx|responseStream)?$/i;
/** Parameters of the handlers of web servers and command-line tools. */
const foreignFirst = /^_*(?:argv|args|yargs|req|ctx|err|error)$/i;
const foreignSecond = /^_*(?:res|response|reply|h|next)$/i;
const foreignType = /\b(?:Next)?Request\b|React|Mouse|Keyboard|Express/;
const lambdaWrapper = /lambda|middy|serverless|streamifyResponse|Handler$/i;
const lambdaType = /(?:^|\W)(?:Handler|\w+(?:Handler|Event|EventV2))(?:\W|$)/;
const awsEvent =
  /\b(?:APIGateway|ALB|S3|SQS|SNS|DynamoDB|Kinesis|EventBridge|Scheduled|Cognito|CloudFront|CloudWatch|Lambda|IoT|SES|AppSync)/;
const maxParameters = 3;

type Resolve = (node: Node | null) => Node | null;

/**
 * Whether an export is a Lambda handler although no template says so: a function of at most three parameters
 * (or a wrapper called with one) named `handler`, or `<something>Handler` when its parameters or type speak of an event.
 * Strict on purpose: web servers, user interfaces and command lines have handlers too.
 */
export function isNodeHandler(symbol: string, value: Node, type: string | null, resolve: Resolve): boolean {
  if (!plainNames.has(symbol) && !suffixed.test(symbol)) return false;
  const isPlain = plainNames.has(symbol);
  if (functionTypes.has(value.type)) return isPlain ? isPlainHandler(value) : isEventHandler(value, type);
  return isPlain && value.type === 'call_expression' && isWrapped(value, resolve);
}

function isPlainHandler(fn: Node): boolean {
  const parameters = parametersOf(fn);
  const [first, second] = parameters;
  if (parameters.length > maxParameters) return false;
  if (first === undefined) return true;
  if (foreignFirst.test(nameOf(first)) || foreignType.test(first.childForFieldName('type')?.text ?? '')) return false;
  return second === undefined || !foreignSecond.test(nameOf(second));
}

function isEventHandler(fn: Node, type: string | null): boolean {
  const parameters = parametersOf(fn);
  if (parameters.length > maxParameters) return false;
  if (type !== null && lambdaType.test(type) && !foreignType.test(type)) return true;
  const [first, second] = parameters;
  if (first === undefined || !eventName.test(nameOf(first))) return false;
  if (second !== undefined) return contextName.test(nameOf(second));
  const annotation = first.childForFieldName('type')?.text;
  if (annotation !== undefined) return awsEvent.test(annotation);
  return fn.children.some((child) => child?.type === 'async');
}

/** `middy(fn).use(…)`, `wrap(async (event) => …)`: a call, or a chain of calls, with the function among its arguments. */
function isWrapped(call: Node, resolve: Resolve): boolean {
  const callee = call.childForFieldName('function');
  const chained = callee?.type === 'member_expression' ? resolve(callee.childForFieldName('object')) : null;
  if (chained?.type === 'call_expression' && isWrapped(chained, resolve)) return true;
  if (callee !== null && lambdaWrapper.test(callee.text)) return true;
  return childrenOf(call.childForFieldName('arguments')).some((argument) => {
    const value = resolve(argument);
    return value !== null && functionTypes.has(value.type) && isPlainHandler(value) && parametersOf(value).length > 0;
  });
}

function parametersOf(fn: Node): Node[] {
  const single = fn.childForFieldName('parameter');
  if (single !== null) return [single];
  return childrenOf(fn.childForFieldName('parameters')).filter(({ type }) => type !== 'comment');
}

/** Name of a parameter without type and default; the text of a pattern. */
function nameOf(parameter: Node): string {
  const inner = parameter.childForFieldName('pattern') ?? parameter.childForFieldName('left') ?? parameter;
  return inner.text;
}
