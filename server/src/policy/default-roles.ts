/**
 * The roles every gateway has; the configuration or a policy file replaces them by name. Patterns with a slash are
 * methods, and `others/` in front of a method extends it to what belongs to other callers. `offer/` in front of a tool is the
 * right to serve it from another process.
 */
export const DEFAULT_ROLES = {
  admin: { allow: ['*', '*/*', 'others/*'], deny: [] },
  user: { allow: ['*'], deny: [] },
  viewer: { allow: ['get_*', 'list_*'], deny: ['jobs/submit', 'jobs/cancel', 'jobs/retry', 'assets/create'] },
  worker: {
    allow: ['services/register', 'services/heartbeat', 'services/drain', 'work/*', 'offer/*'],
    // What its tools make is stored for their callers; of its own it has none.
    deny: ['assets/create'],
  },
  dev: { allow: ['*', '*/*'], deny: ['keys/*', 'audit/*'] },
  artist: {
    allow: ['generate_*', 'synthesize_voice', 'create_video', 'get_*', 'list_*', 'import_media'],
    deny: ['batch_*'],
  },
  read_only: { allow: ['get_*', 'list_*'], deny: ['jobs/submit', 'jobs/cancel', 'jobs/retry', 'assets/create'] },
};
