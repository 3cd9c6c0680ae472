/** What a gateway knows of itself and is asked only when somebody looks. Every member may be missing: its metrics are then not there. */
export interface Readings {
  /** Tools there are now, by name: calls of others are counted as `other`. */
  readonly tools?: () => ReadonlyMap<string, { readonly execution: 'call' | 'job' }>;
  /** Calls of tools that workers have now. */
  readonly active?: () => ReadonlyMap<string, number>;
  readonly connections?: () => readonly { readonly transport: string; readonly count: number }[];
  /** What connections hold that their peers have not read, in bytes. `slow`: how many are above the mark. */
  readonly unread?: () => { readonly sum: number; readonly max: number; readonly slow: number };
  /** Since the start. */
  readonly traffic?: () => Traffic;
  /** Jobs that are not final, by tool. */
  readonly jobs?: () => readonly JobsOfTool[];
  /** Workers, by name. */
  readonly services?: () => readonly ServiceReading[];
  /** Calls that were sent to workers since the start, by name of the worker and by the strategy they were picked by. */
  readonly picks?: () => readonly { readonly service: string; readonly strategy: string; readonly picks: number }[];
  readonly breakers?: () => readonly BreakerReading[];
  readonly caches?: () => readonly { readonly cache: string; readonly entries: number; readonly bytes?: number }[];
  /** Bytes of stored files, by kind. */
  readonly media?: () => readonly { readonly kind: string; readonly bytes: number }[];
  /** Lines of the log since the start, by level, and those that were dropped. */
  readonly log?: () => { readonly lines: Readonly<Record<string, number>>; readonly dropped: number };
  /** Records of the audit trail since the start; `failed`: those that could not be written. */
  readonly audit?: () => { readonly records: number; readonly failed: number };
}

export interface BreakerReading {
  readonly breaker: string;
  readonly state: 'closed' | 'half_open' | 'open';
  /** Calls that went elsewhere because of it, since the start. */
  readonly rejected: number;
}

/** Messages and bytes over every connection of one door. */
export interface Traffic {
  /** Frames by size. */
  readonly frames: Readonly<Record<'in' | 'out', FrameSizes>>;
  readonly received: Readonly<Record<MessageKind, number>>;
  readonly sent: Readonly<Record<MessageKind, number>>;
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

/** Frames of one direction. */
export interface FrameSizes {
  /** By the buckets of `mcp_message_size_bytes`, not cumulative, the infinite one last. */
  readonly counts: Float64Array;
  /** Bytes of all. */
  readonly sum: number;
}

export type MessageKind = 'request' | 'response' | 'notification' | 'batch' | 'ping';

export interface JobsOfTool {
  readonly tool: string;
  readonly queued: number;
  readonly running: number;
  /** Age of the one that waits longest, in seconds; 0 when none does. */
  readonly oldestQueuedSeconds: number;
}

export interface ServiceReading {
  readonly service: string;
  readonly state: 'up' | 'down' | 'draining' | 'probing';
  readonly instances: number;
  readonly inFlight: number;
}
