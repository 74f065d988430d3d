/** Partition keys of a table and of its indexes, by name. */
export interface TableKeys {
  readonly partitionKey: string;
  /** By index name. */
  readonly indexes: ReadonlyMap<string, string>;
}

interface Stream {
  readonly streamArn: string;
  readonly engineArn: string;
}

/** The tables of the program: their keys, and their streams, for which the engine uses other ARNs. */
export class TableCatalog {
  readonly #tables = new Map<string, TableKeys>();
  readonly #streams = new Map<string, Stream>();

  addTable(name: string, keys: TableKeys): void {
    this.#tables.set(name, keys);
  }

  /**
   * @param streamArn ARN of the stream as the program sees it
   * @param engineArn ARN of the same stream in the engine
   */
  addStream(table: string, streamArn: string, engineArn: string): void {
    this.#streams.set(table, { streamArn, engineArn });
  }

  /** Name of the partition key of a table or of its index. */
  partitionKey(table: string, index?: string): string | undefined {
    const keys = this.#tables.get(table);
    return index === undefined ? keys?.partitionKey : keys?.indexes.get(index);
  }

  /** The engine's ARN of a stream of the program. */
  engineStreamArn(streamArn: string): string | undefined {
    return [...this.#streams.values()].find((stream) => stream.streamArn === streamArn)?.engineArn;
  }

  /**
   * The program's ARN of a stream, by any ARN of it or by a shard iterator. Iterators are opaque to callers; those of the
   * engines name the table, in JSON or in a stream's ARN.
   *
   * @returns undefined for a stream that is not the program's
   */
  streamArn(reference: string): string | undefined {
    const text = reference.startsWith('arn:')
      ? reference
      : `${reference}\n${Buffer.from(reference, 'base64').toString('latin1')}`;
    const [, inArn, inJson] =
      /:table\/([\w.-]+)\/stream\/|"table_name":"([\w.-]+)"/.exec(text) ?? [];
    const stream = this.#streams.get(inArn ?? inJson ?? '');
    const isOther =
      reference.startsWith('arn:') &&
      reference !== stream?.streamArn &&
      reference !== stream?.engineArn;
    return isOther ? undefined : stream?.streamArn;
  }
}
