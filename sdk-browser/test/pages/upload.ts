import { upload } from '../../src/upload.ts';

declare global {
  /** The function, in pages made of this file. */
  var uploadFile: typeof upload;
}

globalThis.uploadFile = upload;
