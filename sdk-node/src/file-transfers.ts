import type { Asset } from '@callsheet/protocol';
import type { Credentials } from '@callsheet/sdk-core';
import { systemClock } from '@callsheet/sdk-core/platform';
import { authorizer } from './authorization.ts';
import { type Downloadable, type DownloadOptions, type DownloadResult, download } from './download/download.ts';
import type { Addresses } from './environment.ts';
import { httpOrigin, rpcUrls } from './gateway-url.ts';
import { type Uploadable, type UploadOptions, upload } from './upload/upload.ts';

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

/** Transfers from and to these gateways, as the holder of these credentials. */
export function fileTransfers(addresses: Addresses, auth: Credentials): FileTransfers {
  const authorize = authorizer(auth);
  const platform = async () => {
    const trusted = rpcUrls(typeof addresses === 'function' ? await addresses() : addresses).map(httpOrigin);
    const [origin = ''] = trusted;
    return {
      fetch,
      clock: systemClock,
      random: Math.random,
      origin,
      trusted,
      authorize,
      signsBodies: auth.type === 'hmac',
    };
  };
  return {
    download: async (source, options) => download(source, options, await platform()),
    upload: async (source, options = {}) => upload(source, options, await platform()),
  };
}
