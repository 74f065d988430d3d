import { createHash } from 'node:crypto';

/** Who signed a request: a worker of a function, or the poller of a function. Requests of developers have no caller. */
export interface Caller {
  /** Name of the role session: that of the function, pipe or schedule. */
  readonly sessionName: string;
  readonly roleArn: string;
  /** Ends the worker thread that sent the request, as a crash of its execution environment would. */
  readonly kill?: () => void;
}

export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/**
 * Temporary credentials of sessions of roles, one set per session, so that the access key id of a request identifies the
 * role and the worker. The engines check no signatures; the secrets are placeholders.
 */
export class CredentialRegistry {
  readonly #callers = new Map<string, Caller>();
  #issued = 0;

  issue(caller: Caller): SessionCredentials {
    this.#issued += 1;
    const digest = createHash('sha256').update(`${caller.roleArn}#${String(this.#issued)}`);
    // AWS marks temporary access keys with the prefix ASIA, followed by 16 capitals and digits.
    const accessKeyId = `ASIA${digest.digest('hex').slice(0, 16).toUpperCase()}`;
    this.#callers.set(accessKeyId, caller);
    return { accessKeyId, secretAccessKey: 'local', sessionToken: `local-${accessKeyId}` };
  }

  /** The worker has ended and cannot be killed. Late requests keep the permissions of the role. */
  revoke({ accessKeyId }: SessionCredentials): void {
    const caller = this.#callers.get(accessKeyId);
    if (caller === undefined) return;
    const { sessionName, roleArn } = caller;
    this.#callers.set(accessKeyId, { sessionName, roleArn });
  }

  /** The caller of a request, by its SigV4 `Authorization` header. */
  callerOf(authorization: string | undefined): Caller | undefined {
    const accessKeyId = /Credential=([^/,]+)/.exec(authorization ?? '')?.[1];
    return accessKeyId === undefined ? undefined : this.#callers.get(accessKeyId);
  }
}
