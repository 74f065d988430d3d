import { GetCommand, PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import {
  AUDIT_POSITION_KEY,
  toAuditPosition,
  toAuditPositionItem,
  type AuditPosition,
} from '@leaderboard/tables';

/** Keeps how far the auditor is, in the standings table. */
export class AuditPositionStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#client = client;
    this.#tableName = tableName;
  }

  /** Undefined before the first run. */
  async read(): Promise<AuditPosition | undefined> {
    const { Item } = await this.#client.send(
      new GetCommand({
        TableName: this.#tableName,
        Key: AUDIT_POSITION_KEY,
        ConsistentRead: true,
      }),
    );
    return Item && toAuditPosition(Item);
  }

  async write(position: AuditPosition): Promise<void> {
    const Item = toAuditPositionItem(position);
    await this.#client.send(new PutCommand({ TableName: this.#tableName, Item }));
  }
}
