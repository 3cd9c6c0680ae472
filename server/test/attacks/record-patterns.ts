// Loads the modules named on the command line and prints, as JSON, every regular expression they put together on the way.
import { pathToFileURL } from 'node:url';

const made: { source: string; flags: string }[] = [];
const Original = globalThis.RegExp;
globalThis.RegExp = new Proxy(Original, {
  construct(target, args: [string | RegExp, string?]) {
    const pattern = new target(...args);
    made.push({ source: pattern.source, flags: pattern.flags });
    return pattern;
  },
});
void Promise.all(process.argv.slice(2).map((path) => import(pathToFileURL(path).href))).then(() => {
  globalThis.RegExp = Original;
  process.stdout.write(JSON.stringify(made));
});
