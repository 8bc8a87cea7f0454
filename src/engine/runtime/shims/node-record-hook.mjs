/** For Node before 22.15, whose module hooks live in a thread of their own: tells which files are imported. */
let port;

export function initialize(data) {
  port = data.port;
}

export async function resolve(specifier, context, next) {
  const result = await next(specifier, context);
  port.postMessage(result.url);
  return result;
}
