/**
 * Runs the benchmarks: `npm run bench` lists them, `npm run bench -- runtime store` runs those, `npm run bench -- all` every one.
 */
import { readdir } from 'node:fs/promises';
import { type Bench, printTable } from './table.ts';

const helpers = new Set(['main.ts', 'median.ts', 'table.ts']);
const files = (await readdir(import.meta.dirname)).filter((file) => file.endsWith('.ts') && !helpers.has(file)).toSorted();
const benches: Bench[] = [];
for (const file of files) {
  const { bench } = (await import(`./${file}`)) as { bench: Bench };
  benches.push(bench);
}

const wanted = process.argv.slice(2);
if (wanted.length === 0) {
  for (const bench of benches) console.log(`${bench.name.padEnd(12)} ${bench.summary}`);
} else {
  const unknown = wanted.filter((name) => name !== 'all' && !benches.some((bench) => bench.name === name));
  if (unknown.length > 0) {
    console.error(`No such benchmark: ${unknown.join(', ')}`);
    process.exit(2);
  }
  for (const bench of benches.filter(({ name }) => wanted.includes('all') || wanted.includes(name))) {
    for (const table of await bench.run()) printTable(table);
  }
}
