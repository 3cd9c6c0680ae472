import { Readable } from 'node:stream';
import { type AssetFacts, CallError, isJsonObject, type JsonObject } from '@callsheet/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import { announcedDigest } from './content-digest.ts';
import { tooLarge, Upload } from './upload.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route itself holds its body against the SHA-256 in `Content-Digest`, so that a signed one need not be held in memory. */
    checksDigest?: boolean;
  }
}

export interface FileIntakeOptions {
  /** Largest file. */
  readonly maxBytes: number;
  readonly clock: Pick<Clock, 'after'>;
  /** A sender who sends less than 16 KiB in this time is given up; 10,000 ms. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 10_000;
const LEAST_BYTES = 16_384;
/** How long the rest of a refused body is read and thrown away, so that its sender can read why. */
const LINGER_MS = 2_000;

/** For the options of a route whose handler calls `begin`. */
export const TAKES_FILE = { config: { checksDigest: true } } as const;

/** How the routes of one Fastify plug-in take files as bodies: streamed, of any type, bounded in size and in time. */
export class FileIntake {
  readonly #options: FileIntakeOptions;
  readonly #underWay = new Set<Upload>();

  /** Changes how this instance reads bodies: none of its other routes may expect JSON. */
  constructor(app: FastifyInstance, options: FileIntakeOptions) {
    this.#options = options;
    app.addHook('onError', async (request) => this.linger(request));
    // A server that waits for a slow sender to finish would never close.
    app.addHook('preClose', async () => {
      for (const upload of this.#underWay) {
        upload.fail(new CallError('DRAINING', 'Cannot store the file: the gateway is going down; send it again'));
      }
    });
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  }

  /**
   * The body as a source that can be stored. What a `Content-Digest` announces is checked when all of it has come:
   * whoever stores it sees CONTENT_REFUSED instead of the end. Call `end` with it in any case.
   *
   * @throws CallError REQUEST_TOO_LARGE, INVALID_PARAMS
   */
  begin({ body, headers }: FastifyRequest): Upload {
    const { maxBytes, clock, patienceMs = PATIENCE_MS } = this.#options;
    if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
    const sha256 = announcedDigest(headers['content-digest']);
    if (sha256 === undefined && String(headers['content-digest'] ?? '').includes('sha-256')) {
      const sentence = 'Cannot store the file: "content-digest" is not sha-256=:<44 characters of base64>:';
      throw new CallError('INVALID_PARAMS', `${sentence}; correct it or leave it out`);
    }
    const source = body instanceof Readable ? body : Readable.from([]);
    const upload = new Upload(source, { maxBytes, patienceMs, leastBytes: LEAST_BYTES, clock, sha256 });
    this.#underWay.add(upload);
    return upload;
  }

  end(upload: Upload): void {
    this.#underWay.delete(upload);
    upload.release();
  }

  /** Throws away what still comes, for a moment: the sender shall hear the answer. Then the connection ends. */
  linger({ raw }: FastifyRequest): void {
    if (raw.complete) return;
    raw.resume();
    const stop = this.#options.clock.after(LINGER_MS, () => raw.destroy());
    raw.once('close', stop);
    raw.once('end', stop);
  }
}

/** What a header says of a file: a JSON object in base64url. @throws CallError INVALID_PARAMS naming the header */
export function factsHeader(name: string, header: string | readonly string[] | undefined): JsonObject & AssetFacts {
  let facts: unknown;
  try {
    facts = JSON.parse(Buffer.from(String(header ?? ''), 'base64url').toString('utf8'));
  } catch {
    facts = undefined;
  }
  // Whoever stores it checks every known field for itself: what comes off the wire is no AssetFacts before that.
  if (isJsonObject(facts)) return facts as JsonObject & AssetFacts;
  throw new CallError(
    'INVALID_PARAMS',
    `Cannot store the file: "${name}" is no JSON object in base64url; send the facts of the file`,
  );
}
