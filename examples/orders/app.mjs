// Waits: reads an order, asks the stock of each article, reserves what is there. Every step is an HTTP exchange.
import { serviceUrl } from './service.mjs';

/** @param {{ order?: string, lines?: number, concurrency?: number, delayMs?: number }} event */
export async function handler(event) {
  const { order = 'A-1', lines = 6, concurrency = Number(process.env.CONCURRENCY ?? 2), delayMs = 40 } = event;
  const call = async (path, query = {}, method = 'GET') => {
    const response = await fetch(`${serviceUrl}${path}?${new URLSearchParams({ ...query, delayMs })}`, { method });
    if (!response.ok) throw new Error(`The service answered ${response.status} to ${method} ${path}`);
    return response.json();
  };

  const { lines: wanted } = await call(`/orders/${order}`, { lines });
  const stock = await inParallel(wanted, concurrency, ({ article }) => call(`/stock/${article}`));
  const reserved = wanted.filter(({ quantity }, index) => stock[index].available >= quantity);
  const totalCents = reserved.reduce((sum, line) => sum + line.quantity * stock[wanted.indexOf(line)].priceCents, 0);
  const { reservation } = await call(`/reservations/${order}`, {}, 'POST');
  return { order, reservation, reserved: reserved.length, missing: wanted.length - reserved.length, totalCents };
}

/** Results in the order of the items; at most `limit` calls are under way. */
async function inParallel(items, limit, work) {
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]);
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  return results;
}
