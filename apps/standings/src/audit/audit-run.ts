import {
  CorruptItemError,
  HOLE_REASONS,
  UNKNOWN_PLAYERS,
  type AuditPosition,
  type Hole,
} from '@leaderboard/tables';
import type { BoardCatalog } from '../fold/board-catalog.ts';
import type { PlayerLedger } from '../fold/fold-ledger.ts';
import { sleepBriefly, type RebuildDependencies } from '../rebuild/rebuild-player.ts';
import { refoldHole } from '../rebuild/refold-hole.ts';
import type { Holes } from '../storage/holes.ts';
import type { AuditPositionStore } from './audit-position-store.ts';
import type { HeadsReader, PlayerBehind } from './heads-reader.ts';
import type { PipeDeadLetter, PipeDeadLetters } from './pipe-dead-letters.ts';

/**
 * Age from which an update that is not folded counts as lost, in ms: longer than an event takes with the pauses of a throttle, and
 * than the visibility timeout after a killed invocation.
 */
const LOST_AFTER_MS = 900_000;
/** Pause between two walks, in ms: a small table would else be read as a whole every minute. */
const WALK_PAUSE_MS = 3_600_000;
/** Read units after which a run stops comparing when nothing is known to be lost. */
const READ_UNITS = 1_000;
/** Holes that a run tries to close. */
const MAX_HOLES = 100;
/** Players behind that a run folds: more are behind because the projector is, and it must not be slowed down further. */
const MAX_BEHIND = 200;
/** Requests for dead letters of the pipe in a run. */
const MAX_TAKES = 10;
/** Time of an invocation that is reserved for what is under way, in ms. */
const RESERVE_MS = 10_000;

/** What a run reports as it goes. */
export interface AuditObserver {
  pipeGaveUp(letter: PipeDeadLetter): void;
  playerBehind(player: PlayerBehind): void;
  /** The hole stays, and the next runs try again. */
  holeStays(hole: Hole, error: unknown): void;
}

export interface AuditDependencies extends Omit<RebuildDependencies, 'catalog'> {
  /** The boards to fold under; nothing may be written before it has returned them. */
  readonly boards: () => Promise<BoardCatalog>;
  readonly ledger: PlayerLedger;
  readonly holes: Pick<Holes, 'note' | 'of' | 'after' | 'close' | 'endNote'>;
  readonly heads: Pick<HeadsReader, 'page'>;
  readonly positions: Pick<AuditPositionStore, 'read' | 'write'>;
  readonly pipeDeadLetters: Pick<PipeDeadLetters, 'take'>;
  readonly observer: AuditObserver;
  /** Time that the invocation has left, in ms. */
  readonly remainingMs: () => number;
}

export interface AuditResult {
  /** Holes that this run met. */
  readonly holes: number;
  /** Those of them that it closed. */
  readonly closed: number;
  /** Players whose events were lost. */
  readonly playersBehind: number;
  /** Read units that it took to compare heads with standings. */
  readonly readUnits: number;
  /** Whether it came to the end of the processed events. */
  readonly isWalkDone: boolean;
}

/**
 * One run of the auditor. It turns the pipe's dead letters into a hole of unknown players, closes holes by folding the ledger of
 * their players, and compares heads with standings from where the last run stopped. Players whose oldest update that is not
 * folded is older than 15 minutes get a hole and are folded.
 *
 * The hole of unknown players is closed at the end of a walk that began after it was noted: every player whose update was written
 * before it is then folded, or has a hole of its own. While there is such a hole a run compares as many as it has time for.
 *
 * A run may be killed anywhere: the next one goes on after the last page that was compared to its end.
 */
export async function runAudit(dependencies: AuditDependencies): Promise<AuditResult> {
  return new AuditRun(dependencies).run();
}

class AuditRun {
  readonly #options: AuditDependencies;
  #holes = 0;
  #closed = 0;
  #playersBehind = 0;
  #readUnits = 0;

  constructor(options: AuditDependencies) {
    this.#options = { ...options, sleep: sleepBriefly(options.sleep) };
  }

  async run(): Promise<AuditResult> {
    const { positions, holes } = this.#options;
    await this.#takePipeDeadLetters();
    const unknown = await holes.of(UNKNOWN_PLAYERS);
    const position = (await positions.read()) ?? { ...this.#begin(undefined), afterHole: '' };
    const afterHole = await this.#closeHoles(position.afterHole);
    const isWalkDone = await this.#walk({ ...position, afterHole }, unknown);
    await holes.endNote();
    return {
      holes: this.#holes,
      closed: this.#closed,
      playersBehind: this.#playersBehind,
      readUnits: this.#readUnits,
      isWalkDone,
    };
  }

  get #hasTime(): boolean {
    return this.#options.remainingMs() > RESERVE_MS;
  }

  async #takePipeDeadLetters(): Promise<void> {
    const { pipeDeadLetters, holes, observer } = this.#options;
    for (let takes = 0; takes < MAX_TAKES && this.#hasTime; takes += 1) {
      const taken = await pipeDeadLetters.take(async (letters) => {
        await holes.note({
          player: UNKNOWN_PLAYERS,
          version: undefined,
          reason: HOLE_REASONS.pipeDeadLetter,
        });
        for (const letter of letters) observer.pipeGaveUp(letter);
      });
      if (taken === 0) return;
    }
  }

  /** @returns the last hole that it tried; empty at the end of all holes */
  async #closeHoles(after: string): Promise<string> {
    const holes = await this.#options.holes.after(after, MAX_HOLES);
    let last = after;
    for (const hole of holes) {
      if (!this.#hasTime) return last;
      this.#holes += 1;
      last = hole.player;
      if (hole.player !== UNKNOWN_PLAYERS) await this.#refold(hole);
    }
    return holes.length < MAX_HOLES ? '' : last;
  }

  async #refold(hole: Hole): Promise<void> {
    try {
      const catalog = await this.#options.boards();
      if (await refoldHole(hole, { ...this.#options, catalog })) this.#closed += 1;
    } catch (error) {
      this.#options.observer.holeStays(hole, error);
    }
  }

  /** @returns whether it came to the end */
  async #walk(last: AuditPosition, unknown: Hole | undefined): Promise<boolean> {
    const { positions, heads, holes, now } = this.#options;
    let position = this.#isDue(last, unknown) ? { ...last, ...this.#begin(unknown) } : last;
    const maxUnits = unknown === undefined ? READ_UNITS : Infinity;
    while (position.endedAt === undefined && this.#readUnits < maxUnits && this.#hasTime) {
      const { behind, next, units } = await heads.page(position.after);
      this.#readUnits += units;
      if (!(await this.#foldAll(behind, unknown))) break;
      position = { ...position, after: next, endedAt: next === undefined ? now() : undefined };
      if (position.endedAt !== undefined && unknown && (await holes.close(unknown))) {
        this.#closed += 1;
      }
      await positions.write(position);
    }
    await positions.write(position);
    return position.endedAt !== undefined && position !== last;
  }

  /** Whether another walk is to begin. The one under way is given up for a hole of unknown players that was noted after it began. */
  #isDue({ startedAt, endedAt }: AuditPosition, unknown: Hole | undefined): boolean {
    if (unknown !== undefined) return endedAt !== undefined || startedAt <= unknown.notedAt;
    return endedAt !== undefined && this.#options.now() - endedAt >= WALK_PAUSE_MS;
  }

  #begin(unknown: Hole | undefined): Pick<AuditPosition, 'startedAt' | 'endedAt' | 'after'> {
    const startedAt = Math.max(this.#options.now(), (unknown?.notedAt ?? 0) + 1);
    return { startedAt, endedAt: undefined, after: undefined };
  }

  /** @returns false when it had to stop before the end: the page is to be read again */
  async #foldAll(players: readonly PlayerBehind[], unknown: Hole | undefined): Promise<boolean> {
    const { holes, observer, now } = this.#options;
    const lostBefore = Math.max(now() - LOST_AFTER_MS, unknown?.notedAt ?? 0);
    for (const player of players) {
      if (!(await this.#isLost(player, lostBefore))) continue;
      if (!this.#hasTime || this.#playersBehind === MAX_BEHIND) return false;
      this.#playersBehind += 1;
      this.#holes += 1;
      observer.playerBehind(player);
      const reason = HOLE_REASONS.behind;
      await this.#refold(
        await holes.note({ player: player.playerId, version: player.head, reason }),
      );
    }
    return true;
  }

  /**
   * Whether an update of a player who is behind is older than its event takes. The head alone does not say since when its player is
   * behind, and after a restore it may be ahead of the ledger.
   */
  async #isLost({ playerId, applied }: PlayerBehind, lostBefore: number): Promise<boolean> {
    try {
      for await (const page of this.#options.ledger.updatesAfter(playerId, applied.timestamp)) {
        const oldest = page.find(({ version }) => version > applied.version);
        if (oldest !== undefined) return oldest.timestamp < lostBefore;
      }
      return false;
    } catch (error) {
      // It cannot be folded either, so its hole stays.
      if (error instanceof CorruptItemError) return true;
      throw error;
    }
  }
}
