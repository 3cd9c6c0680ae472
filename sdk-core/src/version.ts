/** This package's version, told to the gateway in `session/open`. */
export const VERSION = '0.1.0';
