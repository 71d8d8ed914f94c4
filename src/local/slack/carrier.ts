// How what Slack sends reaches the app.

/** One delivery, as it is written before it is known how it travels. */
export interface Letter {
  readonly id: string;
  /** What the traffic and the faults call it. */
  readonly type: string;
  readonly contentType: "application/json" | "application/x-www-form-urlencoded";
  readonly body: string;
  /** How often it was sent before. */
  readonly retry: number;
}

/** What goes over the wire. */
export interface Parcel {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Carried {
  /** 0 without any answer. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly gaveUp: boolean;
}

export interface Carrier {
  pack(letter: Letter): Parcel;
  /** Never throws. */
  send(parcel: Parcel, giveUpAfterMs: number): Promise<Carried>;
}
