import {
  ContinuousBackupsUnavailableException,
  ResourceNotFoundException,
  TableNotFoundException,
} from '@aws-sdk/client-dynamodb';

import type { RestoreAccount } from '../restore/account.ts';

/** Where the items of the tables are. */
export interface TableContents<Item> {
  /** A table's items as they were at a time (ms since the epoch), or as they are. */
  read(table: string, at?: number): Promise<Item[]>;
  /** Makes a table hold exactly these. */
  write(table: string, items: Item[]): Promise<void>;
}

interface Table {
  id: number;
  /** Descriptions until a table is active, or gone. */
  pending: number;
  status: 'CREATING' | 'UPDATING' | 'DELETING' | 'ACTIVE';
  protection: boolean;
  tags: Record<string, string>;
  stream: boolean;
  recovery: boolean;
  /** What it was restored from. */
  backupArn?: string;
}

/** What a request may hold that this account knows. */
interface Input {
  TableName: string;
  SourceTableName: string;
  TargetTableName: string;
  RestoreDateTime: Date;
  BackupName: string;
  BackupArn: string;
  ResourceArn: string;
  TableArn: string;
  TableCreationParameters: { TableName: string };
  ImportArn: string;
  Tags: { Key: string; Value: string }[];
  DeletionProtectionEnabled?: boolean;
  StreamSpecification?: unknown;
  QueueName: string;
  QueueUrl: string;
  AttributeNames: string[];
}

/** How many descriptions a change of a table takes. */
const DESCRIPTIONS_OF_A_CHANGE = 2;

/**
 * The control planes of DynamoDB, Lambda and SQS as far as a restore calls them, by their API references: changes take a
 * while, a restored table has no tags, stream, recovery nor protection, and names of tables are taken until these are gone.
 */
export class RestorableAccount<Item> {
  readonly calls: string[] = [];
  readonly tables = new Map<string, Table>();
  readonly backups = new Map<string, { arn: string; items: Item[]; pending: number }>();
  /** Messages by queue. One is handled with each look at them; those that wait, only where a consumer reads the queue. */
  readonly messages = new Map<string, { waiting: number; inFlight: number; isRead: boolean }>();
  mapping: { UUID: string; State: string } | undefined = { UUID: 'mapping', State: 'Enabled' };
  /** Range of times in ms that the ledger can be restored to. */
  recoveryWindow = { earliest: 0, latest: Number.MAX_SAFE_INTEGER };
  /** Ends the process at this call, before or after the account has done it. */
  crash: { atCall: number; isDone: boolean } | undefined;
  /** What was exported, as it was asked for. */
  readonly exports: object[] = [];
  /** Why every export fails. */
  exportFailure: { code: string; message: string } | undefined;
  /** What an export holds that is imported, how many of its items cannot be, and why none can. */
  exported: { items: Item[]; errors: number; failure?: string } = { items: [], errors: 0 };
  /** What was imported, as it was asked for. */
  readonly imports: object[] = [];
  #ids = 0;
  #descriptionsOfExport = 0;
  #looksAtMapping = 0;
  readonly #contents: TableContents<Item>;
  readonly #now: () => number;

  constructor(contents: TableContents<Item>, now: () => number) {
    this.#contents = contents;
    this.#now = now;
  }

  addTable(name: string, settings: Partial<Table> = {}): void {
    this.tables.set(name, {
      id: (this.#ids += 1),
      pending: 0,
      status: 'ACTIVE',
      protection: false,
      tags: {},
      stream: false,
      recovery: false,
      ...settings,
    });
  }

  get account(): RestoreAccount {
    const client = {
      send: ({ constructor, input }: { constructor: { name: string }; input: Input }) =>
        this.#call(constructor.name.replace(/Command$/, ''), input),
    } as unknown as RestoreAccount['dynamoDb'] & RestoreAccount['lambda'] & RestoreAccount['sqs'];
    return {
      dynamoDb: client,
      lambda: client,
      sqs: client,
      now: this.#now,
      sleep: () => Promise.resolve(),
      report: () => undefined,
    };
  }

  async #call(operation: string, input: Input): Promise<unknown> {
    this.calls.push(operation);
    const crash = this.crash?.atCall === this.calls.length ? this.crash : undefined;
    if (crash?.isDone === false) throw new Error('crash');
    try {
      return await this.#respond(operation, input);
    } finally {
      // A process that ends does not see how its call ended.
      if (crash) throw new Error('crash');
    }
  }

  async #respond(operation: string, input: Input): Promise<unknown> {
    switch (operation) {
      case 'DescribeTable':
        return { Table: this.#describe(input.TableName) };
      case 'DescribeContinuousBackups':
        return this.#continuousBackups(input.TableName);
      case 'UpdateContinuousBackups':
        return this.#enableRecovery(input.TableName);
      case 'RestoreTableToPointInTime': {
        const { SourceTableName, TargetTableName, RestoreDateTime } = input;
        this.#active(SourceTableName);
        const items = await this.#contents.read(SourceTableName, RestoreDateTime.getTime());
        return this.#restore(TargetTableName, items);
      }
      case 'RestoreTableFromBackup': {
        const backup = [...this.backups.values()].find(({ arn }) => arn === input.BackupArn);
        if (!backup || backup.pending > 0) throw new Error('BackupNotFoundException');
        return this.#restore(input.TargetTableName, backup.items, input.BackupArn);
      }
      case 'CreateBackup': {
        this.#active(input.TableName);
        if (this.backups.has(input.BackupName)) throw new Error('a second backup');
        const items = await this.#contents.read(input.TableName);
        const arn = `arn:backup/${input.BackupName}`;
        this.backups.set(input.BackupName, { arn, items, pending: DESCRIPTIONS_OF_A_CHANGE });
        return {};
      }
      case 'ListBackups':
        return { BackupSummaries: this.#listBackups(input.TableName) };
      case 'DeleteTable': {
        const table = this.#active(input.TableName);
        if (table.protection) throw new Error('ValidationException: protected from deletion');
        change(table, 'DELETING');
        return {};
      }
      case 'UpdateTable':
        return this.#update(input);
      case 'ListTagsOfResource': {
        const tags = this.#active(nameIn(input.ResourceArn)).tags;
        return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
      }
      case 'TagResource': {
        const { tags } = this.#active(nameIn(input.ResourceArn));
        for (const { Key, Value } of input.Tags) tags[Key] = Value;
        return {};
      }
      case 'ExportTableToPointInTime':
        this.#active(nameIn(input.TableArn));
        this.exports.push(input);
        return { ExportDescription: { ExportArn: 'arn:export', ExportStatus: 'IN_PROGRESS' } };
      case 'DescribeExport':
        return { ExportDescription: await this.#describeExport() };
      case 'ImportTable': {
        this.imports.push(input);
        const { TableName } = input.TableCreationParameters;
        await this.#restore(TableName, this.exported.items);
        return { ImportTableDescription: { ImportArn: `arn:import/${TableName}` } };
      }
      case 'ListImports':
        return { ImportSummaryList: [{ ImportArn: `arn:import/${nameIn(input.TableArn)}` }] };
      case 'DescribeImport':
        return { ImportTableDescription: this.#describeImport(nameIn(input.ImportArn)) };
      case 'ListEventSourceMappings': {
        const found = this.mapping;
        if (found === undefined) return { EventSourceMappings: [] };
        const EventSourceMappings = [{ ...found }];
        if (found.State === 'Disabling') {
          this.#looksAtMapping += 1;
          if (this.#looksAtMapping > DESCRIPTIONS_OF_A_CHANGE) found.State = 'Disabled';
        }
        return { EventSourceMappings };
      }
      case 'UpdateEventSourceMapping':
        if (this.mapping?.State !== 'Enabled') throw new Error('ResourceInUseException');
        this.mapping.State = 'Disabling';
        return {};
      case 'GetQueueUrl':
        return { QueueUrl: input.QueueName };
      case 'GetQueueAttributes':
        return { Attributes: this.#countMessages(input.QueueUrl) };
      default:
        throw new Error(`This account does not know ${operation}.`);
    }
  }

  #describe(name: string): object {
    const table = this.#found(name);
    const description = {
      TableName: name,
      TableId: String(table.id),
      TableArn: `arn:table/${name}`,
      TableStatus: table.status,
      DeletionProtectionEnabled: table.protection,
      ItemCount: 0,
      TableSizeBytes: 0,
      ...(table.stream && { StreamSpecification: { StreamEnabled: true } }),
      ...(table.backupArn !== undefined && {
        RestoreSummary: {
          SourceBackupArn: table.backupArn,
          RestoreInProgress: table.status === 'CREATING',
        },
      }),
    };
    if (table.pending > 0) table.pending -= 1;
    else if (table.status === 'DELETING') this.tables.delete(name);
    else table.status = 'ACTIVE';
    return description;
  }

  #continuousBackups(name: string): object {
    if (!this.tables.has(name)) throw new TableNotFoundException({ message: name, $metadata: {} });
    const { earliest, latest } = this.recoveryWindow;
    return {
      ContinuousBackupsDescription: {
        PointInTimeRecoveryDescription: this.#found(name).recovery
          ? {
              PointInTimeRecoveryStatus: 'ENABLED',
              EarliestRestorableDateTime: new Date(earliest),
              LatestRestorableDateTime: new Date(latest),
            }
          : { PointInTimeRecoveryStatus: 'DISABLED' },
      },
    };
  }

  /** Not at the first time of asking, as shortly after a table was made. */
  #enableRecovery(name: string): object {
    const table = this.#active(name);
    const asked = this.calls.filter((call) => call === 'UpdateContinuousBackups').length;
    if (asked === 1) {
      throw new ContinuousBackupsUnavailableException({ message: name, $metadata: {} });
    }
    table.recovery = true;
    return {};
  }

  async #restore(name: string, items: Item[], backupArn?: string): Promise<object> {
    if (this.tables.has(name)) throw new Error(`TableAlreadyExistsException: ${name}`);
    this.addTable(name, {
      status: 'CREATING',
      pending: DESCRIPTIONS_OF_A_CHANGE,
      ...(backupArn !== undefined && { backupArn }),
    });
    await this.#contents.write(name, items);
    return {};
  }

  #listBackups(table: string): object[] {
    const backup = this.backups.get(table);
    if (backup === undefined) return [];
    const BackupStatus = backup.pending > 0 ? 'CREATING' : 'AVAILABLE';
    if (backup.pending > 0) backup.pending -= 1;
    return [{ BackupName: table, BackupArn: backup.arn, BackupStatus }];
  }

  #update({ TableName, DeletionProtectionEnabled, StreamSpecification }: Input): object {
    const table = this.#active(TableName);
    if (StreamSpecification !== undefined) {
      if (table.stream) throw new Error('ValidationException: already has an enabled stream');
      table.stream = true;
    }
    table.protection = DeletionProtectionEnabled ?? table.protection;
    change(table, 'UPDATING');
    return {};
  }

  async #describeExport(): Promise<object> {
    this.#descriptionsOfExport += 1;
    if (this.#descriptionsOfExport <= DESCRIPTIONS_OF_A_CHANGE) {
      return { ExportStatus: 'IN_PROGRESS' };
    }
    const { exportFailure: failure } = this;
    if (failure) {
      const { code: FailureCode, message: FailureMessage } = failure;
      return { ExportStatus: 'FAILED', FailureCode, FailureMessage };
    }
    const items = await this.#contents.read('');
    return { ExportStatus: 'COMPLETED', ItemCount: items.length };
  }

  /** An import is over when its table is there. */
  #describeImport(name: string): object {
    this.#describe(name);
    const { failure: FailureMessage } = this.exported;
    if (FailureMessage !== undefined) return { ImportStatus: 'FAILED', FailureMessage };
    const isOver = this.#found(name).status === 'ACTIVE';
    return {
      ImportStatus: isOver ? 'COMPLETED' : 'IN_PROGRESS',
      ErrorCount: this.exported.errors,
      CloudWatchLogGroupArn: 'arn:logs',
    };
  }

  #countMessages(queue: string): object {
    const messages = this.messages.get(queue) ?? { waiting: 0, inFlight: 0, isRead: true };
    const counts = {
      ApproximateNumberOfMessages: String(messages.waiting),
      ApproximateNumberOfMessagesNotVisible: String(messages.inFlight),
    };
    if (messages.inFlight > 0) messages.inFlight -= 1;
    else if (messages.isRead && messages.waiting > 0) messages.waiting -= 1;
    return counts;
  }

  #active(name: string): Table {
    const table = this.#found(name);
    if (table.status === 'ACTIVE') return table;
    throw new Error(`ResourceInUseException: ${name} is ${table.status}`);
  }

  #found(name: string): Table {
    const table = this.tables.get(name);
    if (table !== undefined) return table;
    throw new ResourceNotFoundException({ message: name, $metadata: {} });
  }
}

function change(table: Table, status: Table['status']): void {
  table.status = status;
  table.pending = DESCRIPTIONS_OF_A_CHANGE;
}

function nameIn(arn: string): string {
  return arn.split('/').at(-1) ?? arn;
}
