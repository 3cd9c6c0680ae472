/** Upper bounds of buckets, each list named once. Seconds, but for SIZES. */

/** Of calls and exchanges: the bounds of OpenTelemetry's conventions for MCP. */
export const CALL_SECONDS: readonly number[] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

/** Of what should not be felt: our own time, pings, pauses. */
export const FINE_SECONDS: readonly number[] = [5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1];

/** Of jobs and connections. */
export const JOB_SECONDS: readonly number[] = [1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600];

/** Of messages, in bytes: 256 B to 16 MiB, by fours. */
export const SIZES: readonly number[] = [256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216];
