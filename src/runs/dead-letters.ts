// Jobs that failed each time they were delivered, for who looks into them by hand: what is taken is hidden from others meanwhile, and given back or deleted.

export interface DeadLetter {
  readonly id: string;
  readonly body: string;
  /** When it was first sent. */
  readonly sentAt: string;
  /** Among the dead, this time included. */
  readonly received: number;
  readonly receipt: string;
}

/** Every method throws when the queue cannot answer. */
export interface DeadLetters {
  /** As many as are there, up to this many; each once. Nobody else is given them for two minutes. */
  take(most: number): Promise<readonly DeadLetter[]>;
  /** As it was sent, to where jobs wait. */
  sendAgain(letter: DeadLetter): Promise<void>;
  drop(letter: DeadLetter): Promise<void>;
  giveBack(letter: DeadLetter): Promise<void>;
}

/** For how long what was taken is nobody else's. */
export const HIDDEN_SECONDS = 120;
