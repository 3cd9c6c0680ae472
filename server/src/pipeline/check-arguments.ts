import type { Layer } from './layer.ts';

/** Refuses arguments that do not fit the tool's input schema, before anything is spent on them. */
export function checkArguments(): Layer {
  return (next) => (call) => {
    try {
      call.checkInput(call.args);
    } catch (error) {
      return Promise.reject(error);
    }
    return next(call);
  };
}
