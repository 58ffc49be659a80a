import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Socket from "effect/socket/Socket"

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
    (socket) => Effect.ignore(Effect.try({ try: () => socket.close(1000), catch: () => new SocketFailed() }))
  )

type Opened = Socket.WebSocketLike

const ignore = (): void => {}

export interface Connection {
  /** Reads until the socket is closed, which is a failure whatever the code. */
  readonly listen: Effect.Effect<void, SocketFailed>
  readonly write: (text: string) => Effect.Effect<void, SocketFailed>
}

export const connect = <R>(
  acquire: Effect.Effect<Opened, SocketFailed, R>,
  options: {
    readonly openTimeout: Duration.Input
    readonly onOpen: Effect.Effect<unknown>
    readonly onFrame: (frame: string | Uint8Array) => void
  }
): Effect.Effect<Connection, never, Exclude<R, Scope.Scope> | Scope.Scope> =>
  Effect.gen(function* () {
    const opened = Effect.mapError(
      acquire,
      (cause) => new Socket.SocketError({ reason: new Socket.SocketOpenError({ kind: "Unknown", cause }) })
    )
    const socket = yield* Socket.fromWebSocket(opened, { openTimeout: options.openTimeout })
    const { write } = yield* socket.writer
    const failed = () => new SocketFailed()
    const listen = Effect.scoped(
      Effect.flatMap(socket.reader, ({ pull }) =>
        Effect.andThen(
          options.onOpen,
          Effect.forever(
            Effect.map(pull, (frames) => {
              for (const frame of frames) options.onFrame(frame)
            })
          )
        )
      )
    )
    return {
      listen: Effect.mapError(listen, failed),
      write: (text) => Effect.mapError(write(text), failed)
    }
  })
