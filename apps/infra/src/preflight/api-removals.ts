/** What a deployment of a REST API copies. */
const COPIED_BY_DEPLOYMENT =
  /^aws:apigateway\/(resource|method|methodResponse|integration|integrationResponse|model|requestValidator|response):/;

/** Operations after which the former resource is gone: Pulumi deletes it at the end of the update. */
const REMOVING = new Set(['delete', 'delete-replaced', 'replace']);

/** The part of `pulumi preview --json` that is read. */
interface Preview {
  steps?: readonly { op: string; urn: string; oldState?: { type: string } }[];
}

/**
 * The parts of the REST API that an update would remove, by their logical names. Its deployment would still have them: Pulumi
 * creates it first and deletes last.
 *
 * @param preview what `pulumi preview --json` prints.
 * @throws SyntaxError when it is not JSON.
 */
export function apiRemovalsOf(preview: string): string[] {
  const { steps = [] } = JSON.parse(preview) as Preview;
  const removed = steps
    .filter(
      ({ op, oldState }) => REMOVING.has(op) && COPIED_BY_DEPLOYMENT.test(oldState?.type ?? ''),
    )
    .map(({ urn }) => urn.split('::').at(-1) ?? urn);
  return [...new Set(removed)].sort();
}
