import * as Socket from "@effect/platform/Socket"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/* A WebSocket that is read frame by frame. */

export class SocketFailed {
  readonly _tag = "SocketFailed"
}

/** Opens a socket with what is there for it, and closes it with the scope. */
export const open = (
  uri: () => string
): Effect.Effect<Opened, SocketFailed, Scope.Scope | Socket.WebSocketConstructor> =>
  Effect.acquireRelease(
    Effect.flatMap(Socket.WebSocketConstructor, (construct) =>
      Effect.try({
        try: () => {
          const socket = construct(uri())
          // it may fail after all have left
          socket.addEventListener("error", ignore)
          return socket
        },
        catch: () => new SocketFailed()
      })
    ),
    (socket) => Effect.ignore(Effect.try(() => socket.close(1000)))
  )

type Opened = globalThis.WebSocket

const ignore = (): void => {}

export interface Connection {
  /** Reads until the socket is closed, which is a failure whatever the code. */
  readonly listen: Effect.Effect<void, SocketFailed>
  readonly write: (text: string) => Effect.Effect<void, SocketFailed>
}

export const connect = <R>(
  acquire: Effect.Effect<Opened, SocketFailed, R>,
  options: {
    readonly openTimeout: Duration.DurationInput
    readonly onOpen: Effect.Effect<unknown>
    readonly onFrame: (frame: string | Uint8Array) => void
  }
): Effect.Effect<Connection, never, Exclude<R, Scope.Scope> | Scope.Scope> =>
  Effect.gen(function* () {
    const opened = Effect.mapError(
      acquire,
      () => new Socket.SocketGenericError({ reason: "Open", cause: "the socket could not be made" })
    )
    const socket = yield* Socket.fromWebSocket(opened, {
      openTimeout: options.openTimeout,
      closeCodeIsError: () => true
    })
    const write = yield* socket.writer
    const failed = () => new SocketFailed()
    return {
      listen: Effect.mapError(socket.runRaw(options.onFrame, { onOpen: Effect.asVoid(options.onOpen) }), failed),
      write: (text) => Effect.mapError(write(text), failed)
    }
  })
