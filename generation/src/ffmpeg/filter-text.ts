/**
 * Writes a string so that it stands for itself as an option value inside a filter graph. Two parsers read it, first the
 * graph's, then the filter's, so it is escaped for the filter first and then, backslashes included, for the graph.
 * Source: ffmpeg-filters documentation, «Notes on filtergraph escaping».
 */
export function filterText(value: string): string {
  const forFilter = value.replace(/[\\':\s]/g, '\\$&');
  return forFilter.replace(/[\\'[\],;\s]/g, '\\$&');
}
