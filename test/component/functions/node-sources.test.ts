import { describe, expect, test } from 'vitest';
import { mayHoldHandler, readSourceSymbols } from '../../../src/engine/functions/syntax/source-symbols.ts';
import { textAt } from '../../unit/functions/template-text.ts';

async function handlersOf(text: string, file = 'src/app.ts'): Promise<readonly string[]> {
  return mayHoldHandler(file, text) ? (await readSourceSymbols(file, text)).handlers : [];
}

describe('handlers without a template', () => {
  test.each([
    ['exports.handler = async (event) => ({})', 'app.js'],
    ['exports.handler = async function (event, context) {}', 'app.js'],
    ['exports.handler = function handler(event, context, callback) {}', 'app.cjs'],
    ["exports['handler'] = async () => {}", 'app.js'],
    ['module.exports.handler = async (event) => {}', 'app.js'],
    ['module.exports = { handler: async (event) => {} }', 'app.js'],
    ['module.exports = { async handler(event) {} }', 'app.js'],
    ['const handler = async (event) => {};\nmodule.exports = { handler };', 'app.js'],
    ['exports = module.exports = { handler: (event, context, done) => done() }', 'app.js'],
    ['async function run(event) {}\nexports.handler = run;', 'app.js'],
    ['export const handler = async (event) => {}', 'app.mjs'],
    ['export async function handler(event, context) {}', 'app.mjs'],
    ['export function handler() {}', 'app.mjs'],
    ['export const handler = async (event: Event, context: Context): Promise<void> => {}', 'app.ts'],
    ['export const handler: APIGatewayProxyHandler = async event => ({ statusCode: 200 })', 'app.ts'],
    ['export const handler = (async ({ body }) => body) satisfies Handler', 'app.ts'],
    ['const run = async (event: {}) => {};\nexport { run as handler };', 'app.mts'],
    ['const handler = async (event: {}) => {};\nexport { handler };', 'app.ts'],
    ['export = { handler: async (event: {}) => {} }', 'app.cts'],
    ['export const handler = middy(async (event) => {}).use(cors())', 'app.mjs'],
    ['const base = async (event) => {};\nexport const handler = middy().use(cors()).handler(base)', 'app.mjs'],
    ['export const handler = awslambda.streamifyResponse(async (event, responseStream, context) => {})', 'app.mjs'],
    ['export const handler = serverlessHttp(app)', 'app.mjs'],
    ['export const handler = async (event) => <div/>', 'app.tsx'],
  ])('%s', async (text, file) => {
    const symbols = await readSourceSymbols(file, text);
    expect(await handlersOf(text, file)).toEqual(['handler']);
    expect(textAt(text, symbols.exports.get('handler'))).toMatch(/^(?:handler|run)$/);
    expect(symbols.syntaxError).toBeNull();
  });

  test.each([
    ['export const createOrderHandler = async (event, context) => {}', 'createOrderHandler'],
    ['export const createOrderHandler = async (event) => {}', 'createOrderHandler'],
    ['export const queueHandler = (event: SQSEvent) => {}', 'queueHandler'],
    ['export const queueHandler: SQSHandler = (message) => {}', 'queueHandler'],
    ['export const lambdaHandler = async () => {}', 'lambdaHandler'],
    ['exports.lambda_handler = (event, context, callback) => {}', 'lambda_handler'],
  ])('by another name: %s', async (text, symbol) => {
    expect(await handlersOf(text)).toEqual([symbol]);
  });

  test.each([
    ['not exported', 'const handler = async (event) => {}'],
    ['no function', 'export const handler = { a: 1 }'],
    ['a value', 'export const handler = 5'],
    ['a class', 'export class handler {}'],
    ['too many parameters', 'export function handler(a, b, c, d) {}'],
    ['of a web server', 'export function handler(req, res) {}'],
    ['of a web server, with next', 'export const authHandler = (req, res, next) => {}'],
    ['of fetch', 'export const handler = async (request: Request) => new Response()'],
    ['of a command line', 'exports.handler = (argv) => {}'],
    ['of a page', 'export const clickHandler = (event) => {}'],
    ['of a page, typed', 'export const clickHandler = (event: React.MouseEvent) => {}'],
    ['of errors', 'export const errorHandler = (err, event) => {}'],
    ['of another module', "export { handler } from './other'"],
    ['imported', "import { handler } from './other';\nexport { handler };"],
    [
      'a name that only contains it',
      'export const handlers = async (event) => {}\nexport const rehandler = (event, context) => {}',
    ],
    ['in a nested function', 'function make() { const exports = {}; return function handler(event) {}; }'],
    ['a text', "export const text = 'exports.handler = (event) => {}'"],
    ['a comment', '// exports.handler = async (event) => {}\nexport const a = 1'],
  ])('none: %s', async (_why, text) => {
    expect(await handlersOf(text)).toEqual([]);
  });

  test.each(['a/app.test.ts', 'a/app.spec.js', '__tests__/app.js', 'vite.config.ts', 'lib.min.js'])('none in %s', (file) => {
    expect(mayHoldHandler(file, 'export const handler = async (event) => {}')).toBe(false);
  });
});

describe('exports that a template may name', () => {
  const exportsOf = async (text: string, file = 'a.js'): Promise<string[]> => [
    ...(await readSourceSymbols(file, text)).exports.keys(),
  ];

  test('are any name, by any way of exporting', async () => {
    expect(
      await exportsOf('export const a = 1, b = 2; export function c() {} export class D {} export default () => {}', 'a.mjs'),
    ).toEqual(['a', 'b', 'c', 'D', 'default']);
    expect(
      await exportsOf("export { x as y } from './z'; export * as ns from './z'; export const { p, q: r } = o;", 'a.mjs'),
    ).toEqual(['y', 'ns', 'p', 'r']);
    expect(
      await exportsOf('exports.a = exports.b = () => {}; module.exports.c = 1; Object.defineProperty(exports, "d", {})'),
    ).toEqual(['a', 'b', 'c', 'd']);
    expect(await exportsOf('(function () { exports.wrapped = () => {}; })(); if (x) { exports.maybe = 1; }')).toEqual([
      'wrapped',
      'maybe',
    ]);
    expect(await exportsOf('const api = { get: () => {}, post() {} };\nmodule.exports = api;')).toEqual(['get', 'post']);
  });

  test('of compiled modules are found where they are declared', async () => {
    const typescript =
      '"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\nexports.handler = void 0;\nconst handler = async (event) => {};\nexports.handler = handler;\n';
    expect(textAt(typescript, (await readSourceSymbols('a.js', typescript)).exports.get('handler'))).toBe('handler');
    expect((await readSourceSymbols('a.js', typescript)).exports.get('handler')?.start.line).toBe(3);
    const esbuild =
      'var src_exports = {};\n__export(src_exports, { handler: () => handler });\nmodule.exports = __toCommonJS(src_exports);\nvar handler = async (event) => {};\n0 && (module.exports = { handler });\n';
    const bundle = await readSourceSymbols('a.js', esbuild);
    expect(bundle.exports.get('handler')?.start.line).toBe(3);
    expect(bundle.isOpen).toBe(true);
  });

  test.each([
    "module.exports = require('./x')",
    "export * from './x'",
    'module.exports = create()',
    'module.exports = { ...rest }',
    '__exportStar(require("./x"), exports)',
  ])('are not all known: %s', async (text) => {
    expect((await readSourceSymbols('a.js', text)).isOpen).toBe(true);
  });
});

describe('in the middle of an edit', () => {
  test.each([
    'export const handler = async (event) => {\n  const a = event.\n};\n',
    'export const handler = async (event) => {\n  if (a {\n  }\n};\n',
    'const x = ;\nexport const handler = async (event) => {};\n',
    'export const handler = async (event) => {\n  return {\n',
  ])('the handler stays: %j', async (text) => {
    const symbols = await readSourceSymbols('a.js', text);
    expect(symbols.handlers).toEqual(['handler']);
    expect(symbols.syntaxError).not.toBeNull();
  });

  test('the error has its place', async () => {
    const { syntaxError } = await readSourceSymbols('a.js', 'export const a = 1;\nexport const b = @;\n');
    expect(syntaxError?.start.line).toBe(1);
  });
});

test('positions count UTF-16 units, and lines whatever ends them', async () => {
  const text = 'const a = "😀é";\r\n/* 😀 */ export const handler = async (event) => {};\r\n';
  const range = (await readSourceSymbols('a.js', text)).exports.get('handler');
  expect(textAt(text, range)).toBe('handler');
  expect(range?.start).toEqual({ line: 1, character: 22 });
});

test('a text that is cut anywhere is read to its end', async () => {
  const sources = {
    'a.ts':
      'import { a } from "b";\nexport const handler: Handler = async ({ body }: Event) => {\n  return { [`x${body}`]: /[}]/.test(body) };\n};\nexport = { handler };\n',
    'a.tsx': 'export const handler = async (event: Event) => <div a={event}>{`${1}`}</div>;\n',
    'a.py': 'try:\n  @wrap(x=[1])\n  def handler(event, context) -> str:\n    return f"{event[1]}"\nexcept A:\n  pass\n',
  };
  for (const [file, text] of Object.entries(sources)) {
    for (let end = 0; end <= text.length; end++) {
      const { exports } = await readSourceSymbols(file, text.slice(0, end));
      for (const range of exports.values()) expect(textAt(text, range)).not.toBe('');
    }
  }
});
