import type * as aws from '@pulumi/aws';

/** A name of your own for an address of the system. Its DNS record is yours too: the program declares none. */
export interface CustomDomain {
  /** For example `scores.example.com`. */
  name: string;
  /** Certificate in ACM that covers it: for CloudFront in us-east-1, else in the region of the stack. */
  certificateArn: string;
}

/** Names and certificate of a distribution. With its own name CloudFront decides about TLS, and allows old versions. */
export function servedUnder(
  domain: CustomDomain | undefined,
): Pick<aws.cloudfront.DistributionArgs, 'aliases' | 'viewerCertificate'> {
  if (domain === undefined) return { viewerCertificate: { cloudfrontDefaultCertificate: true } };
  return {
    aliases: [domain.name],
    viewerCertificate: {
      acmCertificateArn: domain.certificateArn,
      sslSupportMethod: 'sni-only',
      minimumProtocolVersion: 'TLSv1.2_2021',
    },
  };
}
