import type * as Http from "node:http"
import type { Duplex } from "node:stream"
import { decodeSegment } from "../routes.js"
import type { Channels, Peer } from "./Channels.js"

/** As much of the package `ws` as is used here. */
interface ServerSocket {
  readonly on: {
    (event: "message", listener: (data: { readonly toString: () => string }) => void): void
    (event: "close" | "error", listener: () => void): void
  }
  readonly send: (data: string | Uint8Array) => void
  readonly close: (code: number, reason: string) => void
  readonly terminate: () => void
}

interface Ws {
  readonly WebSocketServer: new (options: {
    readonly noServer: true
  }) => {
    readonly handleUpgrade: (
      request: Http.IncomingMessage,
      socket: Duplex,
      head: Buffer,
      done: (socket: ServerSocket) => void
    ) => void
  }
}

/**
 * Lets sockets onto the channels of a server. It takes the package `ws`, which comes with
 * `@effect/platform-node`; without it an upgrade is answered with 501.
 */
export const acceptSockets = (server: Http.Server, channels: () => Channels): void => {
  // not known to the compiler: nobody but who wants sockets needs the package
  const name = "ws"
  const loaded: Promise<Ws | undefined> = import(name).catch(() => undefined)
  server.on("upgrade", (request: Http.IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy())
    void loaded.then((ws) => {
      const id = decodeSegment(/^\/channels\/([^/?]+)/.exec(request.url ?? "")?.[1] ?? "")
      if (ws === undefined) return refuse(socket, "501 Not Implemented")
      if (id === undefined || !channels().has(id)) return refuse(socket, "404 Not Found")
      new ws.WebSocketServer({ noServer: true }).handleUpgrade(request, socket, head, (accepted) => {
        const peer: Peer = {
          send: (data) => accepted.send(data),
          close: (code, reason) => accepted.close(code, reason),
          terminate: () => accepted.terminate()
        }
        const receive = channels().connect(id, peer)
        accepted.on("message", (data) => receive?.(data.toString()))
        accepted.on("error", () => accepted.terminate())
        accepted.on("close", () => channels().disconnect(id, peer))
      })
    })
  })
}

const refuse = (socket: Duplex, status: string): void => {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
