import { decodeSegment } from "../routes.js"
import type { Channels, Peer } from "./Channels.js"

/** What a `WebSocket` has, as far as `@effect/platform` uses it. */
type Listened = "open" | "message" | "error" | "close"

/**
 * A `WebSocket` to an emulator's channels without a socket. Like a real one it opens, hears and closes in
 * a later turn, and says nothing more once it is closed.
 */
class MemorySocket extends EventTarget {
  readyState = 0
  readonly #id: string
  readonly #channels: () => Channels
  readonly #peer: Peer
  #receive: ((data: string) => void) | undefined

  constructor(channels: () => Channels, url: string) {
    super()
    this.#channels = channels
    this.#id = decodeSegment(new URL(url).pathname.split("/").at(-1) ?? "") ?? ""
    this.#peer = {
      send: (data) => this.#later("message", { data }),
      close: (code, reason) => this.#end(code, reason),
      terminate: () => this.#end(1006, "")
    }
    queueMicrotask(() => this.#open())
  }

  #open(): void {
    if (this.readyState !== 0) return
    this.#receive = this.#channels().connect(this.#id, this.#peer)
    if (this.#receive === undefined) {
      this.readyState = 3
      this.#emit("error", {})
      return
    }
    this.readyState = 1
    this.#emit("open", {})
  }

  send(data: string): void {
    queueMicrotask(() => this.#receive?.(data))
  }

  close(code = 1005): void {
    if (this.readyState >= 2) return
    this.#channels().disconnect(this.#id, this.#peer)
    this.#end(code, "")
  }

  #end(code: number, reason: string): void {
    if (this.readyState === 3) return
    this.#channels().disconnect(this.#id, this.#peer)
    this.readyState = 2
    queueMicrotask(() => {
      this.readyState = 3
      this.#emit("close", { code, reason, wasClean: code !== 1006 })
    })
  }

  #later(type: Listened, fields: object): void {
    queueMicrotask(() => {
      if (this.readyState === 1) this.#emit(type, fields)
    })
  }

  #emit(type: Listened, fields: object): void {
    this.dispatchEvent(Object.assign(new Event(type), fields))
  }
}

/** The constructor that `Socket.WebSocketConstructor` holds. It has of a `WebSocket` what that uses. */
export const memorySocket =
  (channels: () => Channels) =>
  (url: string): WebSocket =>
    new MemorySocket(channels, url) as EventTarget as WebSocket
