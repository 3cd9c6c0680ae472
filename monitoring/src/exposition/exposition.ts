import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { FamilySource } from './family.ts';
import { TakenNames } from './names.ts';
import { acceptsGzip, type FormatName, negotiateFormat } from './negotiate.ts';
import { checkSlice } from './pace.ts';
import { type ExposedPage, type ExposeOptions, render } from './render.ts';

export interface ExpositionOptions extends ExposeOptions {
  /** Told of each family that is left out of a page, and why. */
  readonly onFault: (fault: Error) => void;
}

/** The answer to one scrape, with status 200. */
export interface Scrape {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Less than this fits into one packet as it is. */
const GZIP_FROM_BYTES = 1400;
const compress = promisify(gzip);

/**
 * The metrics of some registries, to everybody who scrapes them.
 *
 * Who asks while a page of the same format is being made gets that one. Pages of different formats are made one after the
 * other, so that together they do not hold the event loop longer than one of them. So there are never more than three
 * pages under way, however many scrape.
 */
export class Exposition {
  readonly #sources: readonly FamilySource[];
  readonly #options: ExpositionOptions;
  readonly #pages = new Map<FormatName, Promise<ExposedPage>>();
  /** Once for all who got the same page. */
  readonly #packed = new WeakMap<Buffer, Promise<Buffer>>();
  #last: Promise<unknown> = Promise.resolve();

  /** Throws TypeError when two sources have a metric of the same name: what comes later is left out, and `onFault` told. */
  constructor(sources: readonly FamilySource[], options: ExpositionOptions) {
    checkSlice(options.sliceMs);
    const taken = new TakenNames();
    for (const source of sources) for (const family of source.families()) taken.take(family);
    this.#sources = sources;
    this.#options = options;
  }

  /** `accept` and `acceptEncoding`: the request's headers of these names, if it has them. */
  async scrape(accept?: string, acceptEncoding?: string): Promise<Scrape> {
    const format = negotiateFormat(accept);
    const { contentType, body } = await (this.#pages.get(format) ?? this.#begin(format));
    const headers = { 'content-type': contentType, vary: 'Accept, Accept-Encoding' };
    if (body.length < GZIP_FROM_BYTES || !acceptsGzip(acceptEncoding)) return { headers, body };
    return {
      headers: { ...headers, 'content-encoding': 'gzip' },
      body: await (this.#packed.get(body) ?? this.#pack(body)),
    };
  }

  #begin(format: FormatName): Promise<ExposedPage> {
    const page = this.#last.then(() => render(this.#families(), format, this.#options));
    const over = () => this.#pages.delete(format);
    this.#last = page.then(over, over);
    this.#pages.set(format, page);
    return page;
  }

  /** On a thread of the pool, at the level that keeps it busy least: text of metrics shrinks to a tenth all the same. */
  #pack(body: Buffer): Promise<Buffer> {
    const packed = compress(body, { level: constants.Z_BEST_SPEED });
    this.#packed.set(body, packed);
    return packed;
  }

  *#families() {
    for (const source of this.#sources) yield* source.families();
  }
}
