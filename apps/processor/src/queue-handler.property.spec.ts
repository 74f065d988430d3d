import { expect, test } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import { seededRandom } from '@leaderboard/testing/random';
import { sizeOf } from '@leaderboard/testing/test-form';
import fc from 'fast-check';
import {
  cancellation,
  eventIdsOf,
  isWrite,
  throttle,
  timeout,
  validationException,
  type Fault,
  type FaultPlan,
  type Request,
} from './testing/fault-injection.ts';
import { FifoQueueModel } from './testing/fifo-queue-model.ts';
import { REFUSED_METADATA, refusal } from './testing/lasting-faults.ts';
import { newPlayer, queueRecord, update, updateRecord } from './testing/records.ts';
import { useProcessor } from './testing/test-processor.ts';

const SEED = 20_261_121;
const RUNS = sizeOf({ short: 200, long: 5_000 });

const processor = useProcessor();

/** Few players, events and bodies, so that repeats and reused event ids come up all the time. */
const message = fc.record({
  player: fc.nat(3),
  event: fc.nat(7),
  body: fc.oneof(
    { weight: 9, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.constant(1) },
  ),
  kind: fc.oneof(
    { weight: 16, arbitrary: fc.constant('valid' as const) },
    { weight: 2, arbitrary: fc.constant('invalid' as const) },
    { weight: 1, arbitrary: fc.constant('refused' as const) },
  ),
});

const scenario = fc.record({
  messages: fc.array(message, { minLength: 1, maxLength: 40 }),
  seed: fc.nat(),
  /** Chance of a fault per request, per letter, and of the function being killed per batch. */
  faultRate: fc.constantFrom(0, 0.05, 0.3, 0.7),
  killRate: fc.constantFrom(0, 0.2),
});

test('under faults, kills and redeliveries the ledger is the accepted updates in queue order', async () => {
  await fc.assert(fc.asyncProperty(scenario, play), { seed: SEED, numRuns: RUNS });
});

type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

async function play({ messages, seed, faultRate, killRate }: Scenario): Promise<void> {
  const random = seededRandom(seed);
  const players = Array.from({ length: 4 }, newPlayer);
  const sent = messages.map(({ player, event, body, kind }) => {
    const playerId = players[player] ?? '';
    if (kind === 'invalid') return queueRecord('{"score":"none"}', playerId);
    const metadata = kind === 'refused' ? REFUSED_METADATA : {};
    return updateRecord(update(playerId, `e${event}`, { score: body, metadata }));
  });
  const queue = new FifoQueueModel(sent);
  processor.reset();
  processor.random = random;
  /** Records that may be in the ledger although no response said so. */
  const unacknowledged = new Set<string>();
  let isAlive = true;

  const faults: FaultPlan = (request) => {
    processor.clockMs += Math.floor(random() * 3);
    if (!isAlive) return { when: 'before', error: timeout() };
    const refused = refusal(request);
    if (refused) return refused;
    if (random() >= faultRate) return undefined;
    const fault = randomFault(request, random);
    if (fault.error.name === 'TimeoutError') processor.clockMs += 3_000;
    if (fault.when === 'after') for (const id of writtenMessageIds(request)) unacknowledged.add(id);
    return fault;
  };
  processor.deadLetters.refuses = () => !isAlive || random() < faultRate / 2;

  while (!queue.isEmpty) {
    const batch = queue.receive(() => random() < 0.7);
    processor.clockMs += 60_000;
    const isKilled = random() < killRate;
    const lifetime = isKilled ? Math.floor(random() * 6) : Infinity;
    const requestsBefore = processor.faults.requests.length;
    processor.faults.plan = (request) => {
      isAlive = processor.faults.requests.length - requestsBefore <= lifetime;
      return faults(request);
    };
    const returned = await processor.handle(batch);
    isAlive = true;
    if (isKilled) for (const record of batch) unacknowledged.add(record.messageId);
    else queue.settle(batch, returned);
  }
  await expectInvariants(queue, players, sent, unacknowledged);
}

async function expectInvariants(
  queue: FifoQueueModel,
  players: readonly string[],
  sent: readonly SQSRecord[],
  unacknowledged: ReadonlySet<string>,
): Promise<void> {
  const order = new Map(sent.map(({ messageId }, index) => [messageId, index]));
  const inLedger = new Map<string, SQSRecord>();
  const byEvent = new Map<string, SQSRecord>();

  for (const player of players) {
    const items = await processor.ledgerOf(player);
    expect(items.map(({ version }) => version)).toEqual(items.map((_, i) => i + 1));
    const timestamps = items.map(({ timestamp }) => timestamp);
    expect(timestamps).toEqual([...new Set(timestamps)].sort((a, b) => a - b));
    const positions = items.map(({ message_id }) => order.get(message_id) ?? -1);
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
    expect(new Set(items.map(({ event_id }) => event_id)).size).toBe(items.length);
    for (const [index, position] of positions.entries()) {
      const record = sent[position];
      if (!record) throw new Error('The ledger holds a message that was never sent.');
      inLedger.set(record.messageId, record);
      byEvent.set(`${player} ${items[index]?.event_id}`, record);
    }
  }

  const lettersOf = Map.groupBy(processor.deadLetters.letters, (each) => each.record.messageId);
  for (const record of sent) {
    const { messageId, body, attributes } = record;
    const isDead = lettersOf.has(messageId) || queue.redriven.includes(messageId);
    const eventId = (JSON.parse(body) as { event_id?: string }).event_id;
    const twin = byEvent.get(`${attributes.MessageGroupId} ${eventId}`);
    if (!inLedger.has(messageId) && !isDead) {
      // Dropped: only right when the very same update is in the ledger.
      expect(twin?.body).toBe(body);
    }
    if (inLedger.has(messageId) && isDead) expect(unacknowledged).toContain(messageId);
    if (!unacknowledged.has(messageId)) {
      expect(lettersOf.get(messageId)?.length ?? 0).toBeLessThanOrEqual(1);
    }
  }
}

type FailedRequest = Extract<Fault, { error: Error }>;

function randomFault(request: Request, random: () => number): FailedRequest {
  const eventIds = eventIdsOf(request);
  const victim = ['#head', ...eventIds][Math.floor(random() * (eventIds.length + 1))] ?? '#head';
  const choices: (() => FailedRequest)[] = [
    () => ({ when: 'before', error: throttle() }),
    () => ({ when: 'before', error: timeout() }),
  ];
  if (isWrite(request)) {
    choices.push(
      () => ({ when: 'after', error: timeout() }),
      () => ({ when: 'before', error: cancellation(request, [victim], 'TransactionConflict') }),
      () => ({ when: 'before', error: cancellation(request, [victim], 'ThrottlingError') }),
      () => ({ when: 'before', error: cancellation(request, [victim], 'ValidationError') }),
      () => ({ when: 'before', error: validationException() }),
    );
  }
  const choice = choices[Math.floor(random() * choices.length)];
  return choice ? choice() : { when: 'before', error: throttle() };
}

function writtenMessageIds(request: Request): string[] {
  if (request.name !== 'TransactWriteItemsCommand') return [];
  return (request.input.TransactItems ?? []).flatMap(
    ({ Put }) => Put?.Item?.['message_id']?.S ?? [],
  );
}
