/** This package's version. */
export const VERSION = '0.1.0';

/** What the gateway calls this client in its logs, unless the application says otherwise. */
export const CLIENT_NAME = 'callsheet-node';
