import { expect, test } from '@jest/globals';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { documentClient, HEAD_SORT_KEY, toHead } from '@leaderboard/tables';
import { newPlayer, update, updateRecord } from '../testing/records.ts';
import { TABLES, useProcessor } from '../testing/test-processor.ts';
import { headsAhead } from './heads-ahead.ts';

const processor = useProcessor();

/** A ledger of which batch reads show nothing, as during a transaction, and which first refuses transactional reads. */
function unsettledLedger(refusals: number) {
  const client = processor.createClient();
  let refused = 0;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const name = context['commandName'];
      if (name === 'TransactGetItemsCommand' && (refused += 1) <= refusals) {
        throw new TransactionCanceledException({ message: 'TransactionConflict', $metadata: {} });
      }
      const result = await next(args);
      if (name === 'BatchGetItemCommand') Object.assign(result.output, { Responses: {} });
      return result;
    },
    { step: 'initialize' },
  );
  return documentClient(client);
}

async function aheadOf(players: readonly string[], refusals = 2): Promise<readonly string[]> {
  const items = await Promise.all(
    players.map((player) => processor.processedEvent(player, HEAD_SORT_KEY)),
  );
  return headsAhead(
    items.flatMap((item) => (item ? [toHead(item)] : [])),
    {
      client: unsettledLedger(refusals),
      ledgerTableName: TABLES.ledger,
      now: () => processor.clockMs,
      random: () => 0.5,
      sleep: () => Promise.resolve(),
    },
  );
}

test('a head whose ledger item is not visible yet is not ahead', async () => {
  const player = newPlayer();
  await processor.handle([updateRecord(update(player, 'e0'))]);
  expect(await aheadOf([player])).toEqual([]);
});

test('a transaction that stays under way is an error, and nothing is said of the head', async () => {
  const player = newPlayer();
  await processor.handle([updateRecord(update(player, 'e0'))]);
  await expect(aheadOf([player], Infinity)).rejects.toThrow('TransactionConflict');
});

test('a head without updates is not ahead', async () => {
  const player = newPlayer();
  await processor.putProcessedEvent(player, HEAD_SORT_KEY, { version: 0, timestamp: 0 });
  expect(await aheadOf([player])).toEqual([]);
});
