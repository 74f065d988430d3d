import { TransactWriteItemsCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  QueryCommand,
  TransactGetCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import { HEAD_SORT_KEY, LEDGER_TABLE } from '@leaderboard/tables';
import { TABLES } from './table-access.ts';

/** A request to DynamoDB. */
export type Command = Parameters<DynamoDBDocumentClient['send']>[0];

/** Chooses keys of a batch read. */
export type KeyChoice = (table: string, key: Readonly<Record<string, unknown>>) => boolean;

/** What an item of a transaction is, as far as a history has to know. */
export interface WrittenItem {
  readonly playerId: string;
  readonly isHead: boolean;
  /** Of a ledger item: the message that brought it. */
  readonly ledgerMessageId: string | undefined;
  readonly isRefused: boolean;
}

export function isRead(command: Command): boolean {
  return [BatchGetCommand, QueryCommand, TransactGetCommand].some(
    (type) => command instanceof type,
  );
}

/** The items of a transaction, in its order; empty for any other request. */
export function writtenItems(command: Command): WrittenItem[] {
  if (!(command instanceof TransactWriteItemsCommand)) return [];
  return (command.input.TransactItems ?? []).map(describe);
}

function describe({ Put, Update, ConditionCheck, Delete }: TransactWriteItem): WrittenItem {
  const { TableName } = Put ?? Update ?? ConditionCheck ?? Delete ?? {};
  const attributes = Put?.Item ?? (Update ?? ConditionCheck ?? Delete)?.Key ?? {};
  return {
    playerId: attributes[LEDGER_TABLE.partitionKey.name]?.S ?? '',
    isHead: attributes['event_id']?.S === HEAD_SORT_KEY,
    ledgerMessageId: TableName === TABLES.ledger ? attributes['message_id']?.S : undefined,
    isRefused: attributes['metadata']?.M?.['refused'] !== undefined,
  };
}

/** The players whose items a request reads or writes. */
export function playersOf(command: Command): string[] {
  const items = writtenItems(command);
  if (items.length > 0) return items.map(({ playerId }) => playerId);
  if (command instanceof BatchGetCommand) {
    const tables = Object.values(command.input.RequestItems ?? {});
    return tables.flatMap(({ Keys = [] }) => Keys).map(playerIn);
  }
  if (command instanceof QueryCommand) {
    return Object.values(command.input.ExpressionAttributeValues ?? {}).map(String);
  }
  if (command instanceof TransactGetCommand) {
    return (command.input.TransactItems ?? []).map(({ Get }) => playerIn(Get?.Key ?? {}));
  }
  const { Key, Item } = command.input as { Key?: PlayerKey; Item?: PlayerKey };
  return [playerIn(Key ?? Item ?? {})];
}

type PlayerKey = Readonly<Record<string, unknown>>;

function playerIn(key: PlayerKey): string {
  return String(key[LEDGER_TABLE.partitionKey.name]);
}
