import { expect, test } from '@jest/globals';
import { SYSTEM_RUNTIME } from '@leaderboard/function';
import { documentClient, fromAttributes } from '@leaderboard/tables';
import { BoardCatalog } from '../fold/board-catalog.ts';
import { LedgerReader } from '../storage/ledger-reader.ts';
import { toLedgerItem } from '../testing/test-ledger.ts';
import { useStandings } from '../testing/use-standings.ts';
import { DEFAULT_BOARDS } from '../testing/test-projector.ts';
import { newCheckpoint } from './checkpoint.ts';
import { rebuild } from './rebuild.ts';

const standings = useStandings();

test('a scan that finds a player in parts gives the same standings', async () => {
  const { ledger, tables } = standings;
  const client = documentClient(standings.client);
  const ada = await ledger.add('ada', { score: 1 }, { score: 2, game_id: 'go' }, { score: 4 });
  const bob = await ledger.add('bob', { score: 8 });
  const pages = [ada.slice(0, 2), bob, ada.slice(2)].map((page) =>
    page.map((update) => fromAttributes(toLedgerItem(update))),
  );
  const catalog = new BoardCatalog(DEFAULT_BOARDS);
  const checkpoint = newCheckpoint(
    {
      ledger: tables.ledger,
      standings: tables.standings,
      definitions: '',
      mode: 'write',
    },
    1,
    'run',
  );
  const isComplete = await rebuild({
    ...SYSTEM_RUNTIME,
    catalog,
    checkpoint,
    settleMs: 0,
    signal: new AbortController().signal,
    ledger: new LedgerReader({ client, tableName: tables.ledger }),
    store: standings.store(),
    scanner: {
      scanLedger: async function* () {
        yield* pages;
      },
      scanStandingKeys: async function* () {
        yield [];
      },
    },
    observer: {
      progressed: () => undefined,
      differs: () => undefined,
      playerFailed: (_playerId, error) => {
        throw error;
      },
      ledgerHasHoles: (playerId) => {
        throw new Error(`The ledger of ${playerId} has no holes.`);
      },
    },
  });
  expect(isComplete).toBe(true);
  await standings.expectFoldOfLedger();
});
