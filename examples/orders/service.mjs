// Stands for the services that a real function calls: an HTTP server on this machine that takes its time to answer.
import { once } from 'node:events';
import { createServer } from 'node:http';

const names = ['kettle', 'lamp', 'desk', 'chair', 'shelf', 'clock', 'rug', 'vase'];

/** The order with that many lines; the stock of an article; a reservation. All follow from the address alone. */
function answer(method, path, query) {
  const [kind, id] = path.split('/').slice(1);
  if (method === 'GET' && kind === 'orders') {
    const lines = Array.from({ length: Number(query.get('lines')) }, (_, index) => ({
      article: `${names[index % names.length]}-${index}`,
      quantity: 1 + (index % 3),
    }));
    return [200, { id, lines }];
  }
  if (method === 'GET' && kind === 'stock') return [200, { article: id, available: id.length % 4, priceCents: 500 + id.length * 125 }];
  if (method === 'POST' && kind === 'reservations') return [201, { reservation: `r-${id}` }];
  return [404, { error: `no ${method} ${path}` }];
}

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://service');
  request.resume();
  setTimeout(() => {
    const [status, body] = answer(request.method, pathname, searchParams);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }, Number(searchParams.get('delayMs')));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
// The function may end while its service still listens.
server.unref();

export const serviceUrl = `http://127.0.0.1:${server.address().port}`;
