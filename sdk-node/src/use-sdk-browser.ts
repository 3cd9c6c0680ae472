// What bundlers for pages get instead of this package (the condition `browser` of its manifest). Most of them stop at
// once, because nothing is exported here, and name this file; the rest is told at run time.
throw new Error(
  '"@callsheet/sdk-node" needs Node.js and cannot run in a web page; import "@callsheet/sdk-browser" instead',
);
