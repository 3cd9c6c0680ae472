import { isExtension, isKind, isProject } from './facts.ts';
import { isAssetId } from './ids.ts';
import { ASSETS_PATH, type Placed } from './layout.ts';

/** A request for one stored file. */
export interface AssetAddress extends Placed {
  /** As sent and as signed, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/**
 * Reads the target of a request, as sent on the wire. Every segment must pass its allow-list as it stands: none of the
 * allowed characters ever needs percent-encoding, so nothing is decoded, and nothing can be decoded twice.
 */
export function readAddress(target: string): AssetAddress | undefined {
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  if (!path.startsWith(`${ASSETS_PATH}/`)) return undefined;
  const [project, kind, file, ...more] = path.slice(ASSETS_PATH.length + 1).split('/');
  if (project === undefined || kind === undefined || file === undefined || more.length > 0) return undefined;
  const placed = readFile(file);
  if (placed === undefined || !isProject(project) || !isKind(kind)) return undefined;
  return { ...placed, project, kind, path, query: new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1)) };
}

/** True when the address names the asset by all its parts: the id alone is not enough, and its record is not the file. */
export function isAddressOf(address: AssetAddress, asset: Placed): boolean {
  return (
    address.project === asset.project &&
    address.kind === asset.kind &&
    address.asset_id === asset.asset_id &&
    address.extension === asset.extension
  );
}

function readFile(file: string): { asset_id: string; extension: string } | undefined {
  const dot = file.indexOf('.');
  if (dot === -1) return undefined;
  const [asset_id, extension] = [file.slice(0, dot), file.slice(dot + 1)];
  return isAssetId(asset_id) && isExtension(extension) ? { asset_id, extension } : undefined;
}
