import { expect, test } from 'vitest';
import { EventAssigner } from '../../../src/engine/functions/events.ts';
import { FileTree } from '../../../src/engine/functions/files/file-tree.ts';
import type { FunctionInfo } from '../../../src/protocol/functions.ts';

const fn = (name: string, handlerFile: string | null, template: string | null = 'template.yaml'): FunctionInfo => ({
  id: `${template}#${name}`,
  name,
  source: template === null ? 'code' : 'sam',
  runtime: null,
  language: null,
  packageType: 'zip',
  handler: null,
  handlerFile,
  symbol: 'handler',
  handlerRange: null,
  codeRoot: null,
  memoryMb: null,
  timeoutS: null,
  architecture: null,
  environment: {},
  template,
  templateRange: null,
  properties: {},
  events: [],
});

function eventsOf(functions: FunctionInfo[], files: string[]): string[][] {
  const tree = new FileTree();
  for (const file of files) tree.add(file);
  return new EventAssigner(tree).assign(functions).map((events) => events.map(({ file }) => file));
}

test('files named like a function are its own, the others belong to all of the folder, after them', () => {
  const functions = [fn('ResizeFunction', 'resize/app.js'), fn('Orders', 'orders/app.js')];
  const files = [
    'events/any.json',
    'events/resize-large.json',
    'events/orders.json',
    'events/Orders_Late.json',
    'events/notes.md',
  ];
  expect(eventsOf(functions, files)).toEqual([
    ['events/resize-large.json', 'events/any.json'],
    ['events/Orders_Late.json', 'events/orders.json', 'events/any.json'],
  ]);
});

test('the longest name wins', () => {
  expect(eventsOf([fn('Get', 'a/get.js'), fn('GetUser', 'a/user.js')], ['events/get-user.json', 'events/get.json'])).toEqual([
    ['events/get.json'],
    ['events/get-user.json'],
  ]);
});

test('a folder named like a function holds its events', () => {
  expect(
    eventsOf([fn('resize', 'a/app.js'), fn('orders', 'b/app.js')], ['events/resize/big.json', 'events/resize/orders.json']),
  ).toEqual([['events/resize/big.json', 'events/resize/orders.json'], []]);
});

test('without a function of that name, the file or folder of the handler counts', () => {
  const functions = [fn('One', 'src/thumbnail/index.js'), fn('Two', 'src/report.js')];
  expect(eventsOf(functions, ['events/thumbnail.json', 'events/report-a.json'])).toEqual([
    ['events/thumbnail.json'],
    ['events/report-a.json'],
  ]);
});

test('the nearest folder with events counts', () => {
  const functions = [fn('One', 'svc/one/src/app.js', 'svc/one/t.yaml'), fn('Two', 'svc/two/app.js', 'svc/two/t.yaml')];
  expect(eventsOf(functions, ['svc/one/events/a.json', 'events/b.json', 'svc/two/events/readme.txt'])).toEqual([
    ['svc/one/events/a.json'],
    ['events/b.json'],
  ]);
});

test('a function whose code is elsewhere has the events of its template', () => {
  expect(eventsOf([fn('One', null, 'svc/t.yaml')], ['svc/events/a.json'])).toEqual([['svc/events/a.json']]);
  expect(eventsOf([fn('One', 'lib/app.js', 'svc/t.yaml')], ['svc/events/a.json'])).toEqual([['svc/events/a.json']]);
});

test('plain code has the events beside it', () => {
  expect(eventsOf([fn('hello.handler', 'a/hello.js', null)], ['a/events/x.json'])).toEqual([['a/events/x.json']]);
  expect(eventsOf([fn('hello.handler', 'a/hello.js', null)], ['a/x.json'])).toEqual([[]]);
});
