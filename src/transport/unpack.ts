import * as Effect from "effect/Effect"

/** What `accept-encoding` may say: the codings of RFC 9110, 8.4.1 that the runtime can undo. */
export const acceptEncoding = (): string => (typeof DecompressionStream === "function" ? "gzip, deflate" : "identity")

/** A body whose coding cannot be undone. */
export class CannotUnpack extends Error {
  override readonly name = "CannotUnpack"
  constructor(
    readonly coding: string,
    why: string
  ) {
    super(`the body is packed (content-encoding ${JSON.stringify(coding.slice(0, 40))}), and ${why}`)
  }
}

/** Bytes as far as they go: `over` where there is more than the limit, `failure` where the rest is not to be had. */
export interface Bytes {
  readonly bytes: Uint8Array
  readonly over: boolean
  readonly failure?: CannotUnpack | undefined
}

/** The codings of a `content-encoding` header, in the order in which to undo them. */
export const codingsOf = (header: string): ReadonlyArray<string> =>
  header
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "" && coding !== "identity")
    .reverse()

/**
 * Undoes codings, up to `limit` bytes after each of them. `fetch` has undone them already and leaves the
 * header as it was: so what is text is taken for what it is.
 */
export const unpack = (packed: Bytes, codings: ReadonlyArray<string>, limit: number): Effect.Effect<Bytes> => {
  const [coding, ...further] = codings
  if (coding === undefined || packed.bytes.length === 0) return Effect.succeed(packed)
  const format = formatOf(coding, packed.bytes)
  if (format === "none") return Effect.succeed(packed)
  if (format === undefined || typeof DecompressionStream !== "function") {
    return Effect.succeed({ ...nothing, failure: new CannotUnpack(coding, "this runtime cannot unpack it") })
  }
  return Effect.flatMap(
    Effect.promise(() => inflate(format, coding, packed.bytes, limit)),
    (unpacked) => (unpacked.over || unpacked.failure ? Effect.succeed(unpacked) : unpack(unpacked, further, limit))
  )
}

const nothing: Bytes = { bytes: new Uint8Array(0), over: false }

/** How to undo a coding; "none" where the bytes are not, or no longer, packed; `undefined` where it cannot be. */
const formatOf = (coding: string, bytes: Uint8Array): CompressionFormat | "none" | undefined => {
  const [first = 0, second = 0] = bytes
  if (coding === "gzip" || coding === "x-gzip") return first === 0x1f && second === 0x8b ? "gzip" : "none"
  if (isText(bytes)) return "none"
  if (coding !== "deflate") return undefined
  // some servers leave out the header of zlib (RFC 1950), which is a multiple of 31
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0 ? "deflate" : "deflate-raw"
}

const isText = (bytes: Uint8Array): boolean => {
  try {
    // it may have been cut off within a character
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these tell text from what is none
    return !/[\u0000-\u0008\u000e-\u001f]/.test(text)
  } catch {
    return false
  }
}

const inflate = async (
  format: CompressionFormat,
  coding: string,
  packed: Uint8Array,
  limit: number
): Promise<Bytes> => {
  const { readable, writable } = new DecompressionStream(format)
  const writer = writable.getWriter()
  // what is wrong with the bytes is told to the reader
  void writer.write(new Uint8Array(packed)).catch(ignore)
  void writer.close().catch(ignore)
  const reader = readable.getReader()
  const chunks = new Chunks(limit)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return { bytes: chunks.concat(), over: false }
      if (chunks.push(value)) continue
      void reader.cancel().catch(ignore)
      return { bytes: chunks.concat(), over: true }
    }
  } catch {
    return { bytes: chunks.concat(), over: false, failure: new CannotUnpack(coding, "its bytes are broken") }
  }
}

const ignore = (): void => {}

/** Bytes as they come, up to a limit. */
export class Chunks {
  private readonly chunks: Array<Uint8Array> = []
  private size = 0
  /** Whether there were more than the limit. */
  over = false

  constructor(private readonly limit: number) {}

  /** `false` where there are more than may be: nothing of that is kept. */
  push(chunk: Uint8Array): boolean {
    const free = this.limit - this.size
    this.over = chunk.length > free
    this.chunks.push(this.over ? chunk.subarray(0, free) : chunk)
    this.size += Math.min(free, chunk.length)
    return !this.over
  }

  concat(): Uint8Array {
    const bytes = new Uint8Array(this.size)
    let offset = 0
    for (const chunk of this.chunks) {
      bytes.set(chunk, offset)
      offset += chunk.length
    }
    return bytes
  }
}
