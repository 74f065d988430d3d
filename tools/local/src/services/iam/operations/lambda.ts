import type { Operations } from './operation.ts';

/** The function in the path: a name, an ARN or a part of one, each possibly with a qualifier. */
const FUNCTION = /^\/2015-03-31\/functions\/([^/]+)\/invocations/;
const REFERENCE = /^(?:arn:aws:lambda:[^:]*:\d*:)?(?:\d{12}:)?(?:function:)?([^:]+)(?::(.+))?$/;

export const lambdaOperations: Operations = {
  Invoke: ({ path }, names) => {
    const [, reference] = FUNCTION.exec(path) ?? [];
    const [, name, qualifier] = REFERENCE.exec(decodeURIComponent(reference ?? '')) ?? [];
    if (name === undefined) return [];
    const resource = `function:${name}${qualifier === undefined ? '' : `:${qualifier}`}`;
    return [{ action: 'lambda:InvokeFunction', resource: names.arn('lambda', resource) }];
  },
};
