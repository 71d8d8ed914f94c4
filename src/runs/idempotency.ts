// What callers have asked for with keys of their own, so that a key stands for one request.

/** What was asked with a key for the first time. */
export interface Claim {
  readonly team: string;
  /** Names the key, apart from those of others. */
  readonly id: string;
  /** Digest of what is asked. */
  readonly request: string;
  /** It may be forgotten from then on. */
  readonly until: string;
}

export interface Idempotency {
  /**
   * Remembers what a key stands for, once. False when it stands for another request.
   *
   * @throws StorageUnavailable
   */
  claim(claim: Claim): Promise<boolean>;
}
