import { parseS3Path } from '../../s3/s3-api.ts';
import type { AccessRequest, OperationRule, Operations } from './operation.ts';

function onObject(action: string): OperationRule {
  return ({ path }) => {
    const { bucket, key } = parseS3Path(path);
    return [{ action: `s3:${action}`, resource: `arn:aws:s3:::${bucket}/${key}` }];
  };
}

/** To list the bucket of a request. */
export function listBucket(path: string): AccessRequest[] {
  return [{ action: 's3:ListBucket', resource: `arn:aws:s3:::${parseS3Path(path).bucket}` }];
}

/** S3's actions ("Required permissions for Amazon S3 API operations"). */
export const s3Operations: Operations = {
  AbortMultipartUpload: onObject('AbortMultipartUpload'),
  CompleteMultipartUpload: onObject('PutObject'),
  CreateMultipartUpload: onObject('PutObject'),
  DeleteObject: onObject('DeleteObject'),
  GetObject: onObject('GetObject'),
  HeadObject: onObject('GetObject'),
  ListObjectsV2: ({ path }) => listBucket(path),
  PutObject: onObject('PutObject'),
  UploadPart: onObject('PutObject'),
};
