// Computes on several threads at once: compresses the pages of an archive in parallel, as Node's zlib does it in its thread pool.
'use strict';
const { createHash } = require('node:crypto');
const { promisify } = require('node:util');
const brotli = promisify(require('node:zlib').brotliCompress);

const words = 'the order of a lamp and its bulb was sent to the north by rail in two boxes on monday before noon'.split(' ');

/** Text that repeats itself as text does. */
function page(number, kilobytes) {
  let state = number + 1;
  let text = '';
  while (text.length < kilobytes * 1024) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    text += `${words[(state >>> 8) % words.length]} `;
  }
  return text;
}

exports.handler = async (event) => {
  const { pages = 8, kilobytes = 48 } = event;
  const texts = Array.from({ length: pages }, (_, number) => page(number, kilobytes));
  const packed = await Promise.all(texts.map((text) => brotli(text)));
  const bytes = packed.reduce((sum, { length }) => sum + length, 0);
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text);
  return { pages, bytes, ratio: Math.round((bytes / (pages * kilobytes * 1024)) * 1000) / 1000, sha256: hash.digest('hex') };
};
