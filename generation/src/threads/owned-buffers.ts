/**
 * Lists the buffers that a value owns, for a transfer list: those of typed arrays that span their whole buffer. Arrays
 * that look at a part of one are left out, because moving it would pull the rest from under somebody else; they are copied.
 */
export function ownedBuffers(value: unknown): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  const seen = new Set<object>();
  const visit = (item: unknown): void => {
    if (typeof item !== 'object' || item === null || seen.has(item)) return;
    seen.add(item);
    if (item instanceof ArrayBuffer) buffers.add(item);
    else if (!ArrayBuffer.isView(item)) Object.values(item).forEach(visit);
    else if (item.buffer instanceof ArrayBuffer && item.byteLength === item.buffer.byteLength) buffers.add(item.buffer);
  };
  visit(value);
  return [...buffers];
}
