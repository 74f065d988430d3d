/** Where a segment of a run is, and what lies before it. */
export interface Segment {
  /** Key of its first entry. */
  readonly firstKey: string;
  /** In bytes from the start of the object. */
  readonly offset: number;
  readonly length: number;
  /** Net of all entries of the run before it. */
  readonly netBefore: number;
  /** Number of its entries. */
  readonly entries: number;
}

/** One line for each segment: first key, length, net and entries; numbers in base 36. */
export function toIndexText(segments: readonly (Segment & { net: number })[]): string {
  return segments
    .map(
      ({ firstKey, length, net, entries }) =>
        `${firstKey} ${length.toString(36)} ${net.toString(36)} ${entries.toString(36)}\n`,
    )
    .join('');
}

export function parseIndex(text: string): Segment[] {
  const segments: Segment[] = [];
  let offset = 0;
  let netBefore = 0;
  for (const line of text.split('\n')) {
    const [firstKey = '', length = '', net = '', entries = ''] = line.split(' ');
    if (firstKey === '') continue;
    const bytes = Number.parseInt(length, 36);
    segments.push({
      firstKey,
      offset,
      length: bytes,
      netBefore,
      entries: Number.parseInt(entries, 36),
    });
    offset += bytes;
    netBefore += Number.parseInt(net, 36);
  }
  return segments;
}

/** Position of the segment that holds a key, if any does: the last one that begins at or before it; -1 if none does. */
export function segmentOf(segments: readonly { readonly firstKey: string }[], key: string): number {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((segments[middle]?.firstKey ?? '') <= key) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
