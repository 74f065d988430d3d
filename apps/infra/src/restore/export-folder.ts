import { RestoreError } from './account.ts';

/** An export of the ledger in S3, in the folder that DynamoDB made for it. */
export interface ExportFolder {
  readonly bucket: string;
  /** Id of the account that has the bucket, where that is another one. */
  readonly bucketOwner: string | undefined;
  /** What the keys of its objects begin with, without a slash at the end. */
  readonly prefix: string;
  /** The last part of the folder's name: `01795253400000-a1b2c3d4`. */
  readonly id: string;
  /** When the export was begun: it holds the ledger of that moment. */
  readonly exportedAt: Date;
}

/** The name of the folder begins with the time of the export in ms (DynamoDB developer guide: export output format). */
const FOLDER = /^s3:\/\/([^/]+)\/((?:.+\/)?AWSDynamoDB\/((\d{14})-[0-9a-z]+))(?:\/.*)?$/;

/**
 * Reads `s3://bucket/prefix/AWSDynamoDB/01795253400000-a1b2c3d4`, with or without what follows in the folder.
 *
 * @throws {RestoreError} for any other address
 */
export function parseExportFolder(address: string, bucketOwner?: string): ExportFolder {
  const [, bucket, prefix, id, exportedAt] = FOLDER.exec(address) ?? [];
  if (bucket === undefined || prefix === undefined || id === undefined) {
    throw new RestoreError(
      `${address} is not the folder of an export. Name it as s3://<bucket>/<prefix>/AWSDynamoDB/<id>: restore:export prints it, and ` +
        'aws s3 ls lists it.',
    );
  }
  return { bucket, bucketOwner, prefix, id, exportedAt: new Date(Number(exportedAt)) };
}

/** As {@link parseExportFolder} reads it. */
export function exportAddress({ bucket, prefix }: ExportFolder): string {
  return `s3://${bucket}/${prefix}`;
}
