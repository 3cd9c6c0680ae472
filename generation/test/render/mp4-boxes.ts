/** The top-level boxes of an MP4 file in order, ISO/IEC 14496-12 §4.2: four bytes of size, four of type. */
export function topLevelBoxes(file: Buffer): string[] {
  const types: string[] = [];
  for (let at = 0; at + 8 <= file.length; ) {
    types.push(file.toString('latin1', at + 4, at + 8));
    const size = file.readUInt32BE(at);
    if (size < 8) throw new Error(`The box at ${at} has the size ${size}`);
    at += size;
  }
  return types;
}
