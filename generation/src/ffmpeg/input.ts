/**
 * Opens one of our files, and nothing else: it is read as exactly this format, whatever it may contain, and neither it nor
 * the reader may open another file, an address or a playlist (ffmpeg reads one named `.mp4` gladly).
 */
export function fileInput(path: string, demuxer: string): string[] {
  return ['-protocol_whitelist', 'file', '-format_whitelist', demuxer, '-f', demuxer, '-i', `file:${path}`];
}

/** Raw frames on standard input. */
export function frameInput(width: number, height: number, fps: number): string[] {
  return [
    ...['-protocol_whitelist', 'pipe', '-format_whitelist', 'rawvideo', '-f', 'rawvideo'],
    ...['-pix_fmt', 'yuv420p', '-s', `${width}x${height}`, '-r', String(fps), '-i', 'pipe:0'],
  ];
}
