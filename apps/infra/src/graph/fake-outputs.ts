const REGION = 'us-west-1';
/** The account of the examples in AWS's documentation. */
const ACCOUNT = '123456789012';
const REST_API_ID = 'a1b2c3d4e5';

type Inputs = Readonly<Record<string, unknown>>;

/**
 * What AWS would add to a resource's inputs, in the shape of real values, so that policies read as they would be deployed.
 */
export function fakeOutputs(type: string, name: string, inputs: Inputs): Record<string, unknown> {
  const physicalName = typeof inputs['name'] === 'string' ? inputs['name'] : name;
  const describe = OUTPUTS[type];
  return { name: physicalName, ...describe?.(physicalName) };
}

const arn = (service: string, resource: string, region = REGION) =>
  `arn:aws:${service}:${region}:${ACCOUNT}:${resource}`;

const OUTPUTS: Record<string, (name: string) => Record<string, unknown>> = {
  'aws:sqs/queue:Queue': (name) => ({
    arn: arn('sqs', name),
    url: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}`,
  }),
  'aws:dynamodb/table:Table': (name) => ({
    arn: arn('dynamodb', `table/${name}`),
    streamArn: arn('dynamodb', `table/${name}/stream/2026-01-01T00:00:00.000`),
  }),
  'aws:cloudwatch/logGroup:LogGroup': (name) => ({ arn: arn('logs', `log-group:${name}`) }),
  'aws:iam/role:Role': (name) => ({ arn: arn('iam', `role/${name}`, '') }),
  'aws:scheduler/scheduleGroup:ScheduleGroup': (name) => ({
    arn: arn('scheduler', `schedule-group/${name}`),
  }),
  'aws:lambda/function:Function': (name) => ({
    arn: arn('lambda', `function:${name}`),
    invokeArn: `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${arn('lambda', `function:${name}`)}/invocations`,
  }),
  'aws:apigateway/restApi:RestApi': () => ({
    executionArn: arn('execute-api', REST_API_ID),
    rootResourceId: 'root',
  }),
  'aws:apigateway/stage:Stage': () => ({
    invokeUrl: `https://${REST_API_ID}.execute-api.${REGION}.amazonaws.com/v1`,
  }),
  'aws:apigateway/apiKey:ApiKey': (name) => ({ value: `the-value-of-${name}` }),
  'aws:lambda/functionUrl:FunctionUrl': (name) => ({
    functionUrl: `https://${name}.lambda-url.${REGION}.on.aws/`,
  }),
  'aws:s3/bucket:Bucket': (name) => ({
    bucket: name,
    arn: `arn:aws:s3:::${name}`,
    bucketRegionalDomainName: `${name}.s3.${REGION}.amazonaws.com`,
  }),
  'aws:apigateway/domainName:DomainName': () => ({
    regionalDomainName: `d-abcdef0123.execute-api.${REGION}.amazonaws.com`,
  }),
  'aws:cloudfront/distribution:Distribution': (name) => ({
    arn: arn('cloudfront', 'distribution/EDFDVBD6EXAMPLE', ''),
    // That of the page, and any other.
    domainName: `d${name.startsWith('dashboard') ? '111111' : '222222'}abcdef8.cloudfront.net`,
  }),
};
