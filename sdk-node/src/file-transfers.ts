import type { Asset } from '@callsheet/protocol';
import type { Credentials } from '@callsheet/sdk-core';
import { systemClock } from '@callsheet/sdk-core/platform';
import { authorizer } from './authorization.ts';
import { type Downloadable, type DownloadOptions, type DownloadResult, download } from './download/download.ts';
import type { Addresses } from './environment.ts';
import { httpOrigin, rpcUrls } from './gateway-url.ts';
import { type Uploadable, type UploadOptions, upload } from './upload/upload.ts';
import { waitFor } from './wait-for.ts';

/** What a client of Node.js does with files. They travel over HTTP, beside the socket, with the client's credential. */
export interface FileTransfers {
  /** Fetches a stored file, resuming after a broken connection and checking it where its hash is known. */
  download(source: string | Downloadable, options: DownloadOptions): Promise<DownloadResult>;
  /**
   * Stores a file at the first gateway of `url`. A path and bytes are sent again when the connection breaks; a stream is read
   * once, as fast as the gateway takes it. Tools take the answer as `asset:<asset_id>`.
   */
  upload(source: Uploadable, options?: UploadOptions): Promise<Asset>;
}

/**
 * Transfers from and to these gateways, as the holder of these credentials.
 *
 * @param patienceMs what each function among them may take, as at a dial
 */
export function fileTransfers(addresses: Addresses, auth: Credentials, patienceMs = 10_000): FileTransfers {
  const authorize = authorizer(auth);
  const clock = systemClock;
  const reach = async (signal: AbortSignal) => {
    const urls =
      typeof addresses === 'function'
        ? await waitFor('the url function', addresses, { patienceMs, clock, signal })
        : addresses;
    const trusted = rpcUrls(urls).map(httpOrigin);
    const [origin = ''] = trusted;
    return {
      fetch,
      clock,
      random: Math.random,
      origin,
      trusted,
      authorize,
      signsBodies: auth.type === 'hmac',
      patienceMs,
    };
  };
  return {
    download: (source, options) => download(source, options, reach),
    upload: (source, options = {}) => upload(source, options, reach),
  };
}
