// The first module of a thread in a checkout: registers the TypeScript loader, then runs the module it was told to.
// Not part of the build, whose threads need no loader. See start-worker.ts.
import { register } from 'tsx/esm/api';

register();
await import(process.argv[2] ?? '');
