// Computes a little: packs the articles of a basket into as few boxes as it finds, and says what sending them costs.
// TypeScript runs as it is: its types are taken away when the file is loaded.

type Article = { name: string; litres: number };
type Box = { free: number; articles: string[] };
type BasketEvent = { articles?: Article[]; generate?: number; tries?: number };
type Quote = { boxes: number; fill: number; priceCents: number; tries: number };

const boxLitres = 60;
const centsPerBox = 490;

export const handler = async (event: BasketEvent): Promise<Quote> => {
  const articles = event.articles ?? basket(event.generate ?? 200);
  const tries = event.tries ?? 3000;
  let best = pack(articles.toSorted((a, b) => b.litres - a.litres));
  // Packing is hard to do perfectly: other orders sometimes need a box less.
  for (let seed = 1; seed < tries; seed++) {
    const boxes = pack(shuffled(articles, seed));
    if (boxes.length < best.length) best = boxes;
  }
  const litres = articles.reduce((sum, article) => sum + article.litres, 0);
  const fill = Math.round((litres / (best.length * boxLitres)) * 1000) / 1000;
  return { boxes: best.length, fill, priceCents: best.length * centsPerBox, tries };
};

/** First fit: each article goes into the first box with room for it. */
function pack(articles: readonly Article[]): Box[] {
  const boxes: Box[] = [];
  for (const { name, litres } of articles) {
    let box = boxes.find(({ free }) => free >= litres);
    if (box === undefined) boxes.push((box = { free: boxLitres, articles: [] }));
    box.free -= litres;
    box.articles.push(name);
  }
  return boxes;
}

function basket(count: number): Article[] {
  const draw = random(count);
  return Array.from({ length: count }, (_, index) => ({ name: `article-${index}`, litres: 1 + Math.floor(draw() * 39) }));
}

function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const draw = random(seed);
  return items
    .map((item) => ({ item, at: draw() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** The same numbers for the same seed. Source: Numerical Recipes, linear congruential generator. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
