/** What a stored file is, in the words of its folder: `/assets/{project}/{kind}/{file}`. */
export type AssetKind = 'image' | 'video' | 'audio' | 'subtitle' | 'text';

/** What the maker of a file knows about it; the store adds the rest. */
export interface AssetFacts {
  readonly kind: AssetKind;
  /** Media type, e.g. `video/mp4`. */
  readonly mime: string;
  /** File name extension without the dot, lower case. */
  readonly extension: string;
  readonly provider: string;
  readonly model?: string;
  readonly width?: number;
  readonly height?: number;
  /** Seconds. */
  readonly duration?: number;
  /** Frames per second. */
  readonly fps?: number;
  /** Hertz. */
  readonly sample_rate?: number;
  readonly channels?: number;
  /** What it was made with; kept so that a result can be explained later. */
  readonly params?: { readonly [name: string]: unknown };
  /** Asset ids this one was made from. */
  readonly parents?: readonly string[];
  /** True for stage results that only a resumed or repeated job reads; such files may be collected with their job. */
  readonly intermediate?: boolean;
}

/** A stored file. Field names are those of the requirements. */
export interface Asset extends AssetFacts {
  readonly asset_id: string;
  readonly project: string;
  /** Where to get it; signed, so that a browser or curl needs no header. */
  readonly url: string;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly bytes: number;
  readonly job_id?: string;
  /** ISO 8601. */
  readonly created_at: string;
}

/** Where a caller stores a file of its own: `POST`, the bytes as the body, `?project=` and `?name=` if it likes. */
export const UPLOAD_PATH = '/v1/assets';

/** What a caller says of a file it stores; what is missing is told by its media type and its name. */
export type UploadFacts = Partial<Omit<AssetFacts, 'provider' | 'intermediate'>>;
