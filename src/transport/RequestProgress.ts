import * as Context from "effect/Context"

/**
 * How far a request has come, told by a transport that knows: whether bytes of it may have left this
 * process. A transport finds it in the context of the request; one that says nothing is taken to have
 * sent the request as soon as it was handed over.
 */
export class RequestProgress {
  private state: "notHandedOver" | "handedOver" | "queued" | "started" = "notHandedOver"

  /** For the client: nothing of the next request has left yet. */
  reset(): void {
    this.state = "notHandedOver"
  }

  /** For the client: the transport has the request. */
  handOver(): void {
    this.state = "handedOver"
  }

  /** For a transport that will say when the request starts: it waits for a connection. */
  queued(): void {
    this.state = "queued"
  }

  /** For a transport: from here on bytes may have left. */
  started(): void {
    this.state = "started"
  }

  /** Whether the service can have taken the request in. */
  get mayHaveLeft(): boolean {
    return this.state === "handedOver" || this.state === "started"
  }
}

/** The progress of the request that is made in this context. */
export class CurrentRequest extends Context.Tag("effect-genesys-chats/RequestProgress")<
  CurrentRequest,
  RequestProgress
>() {}
