import { createServer, type Server } from "node:net"

/**
 * As little HTTP/1.1 as the clients need, so that wall time measures them: `node:http` costs
 * about as much as the fastest of them. Connections stay open, and bodies are counted, not read.
 */
export const responder = (answer: (method: string, target: string) => Buffer | Promise<Buffer>): Server =>
  createServer({ noDelay: true }, (socket) => {
    let received: Buffer = Buffer.alloc(0)
    socket.on("data", (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
      for (let request = parse(received); request !== undefined; request = parse(received)) {
        received = received.subarray(request.length)
        const reply = answer(request.method, request.target)
        if (reply instanceof Promise) reply.then((bytes) => socket.write(bytes))
        else socket.write(reply)
      }
    })
    // a client that goes away is no failure of the server
    socket.on("error", () => socket.destroy())
  })

interface Request {
  readonly method: string
  readonly target: string
  /** In bytes, with the body. */
  readonly length: number
}

/** The first request, once it is there with its body. */
const parse = (bytes: Buffer): Request | undefined => {
  const end = bytes.indexOf("\r\n\r\n")
  if (end === -1) return undefined
  const head = bytes.toString("latin1", 0, end)
  // no peer sends one, and what is misread would be measured
  if (/\r\ntransfer-encoding:/i.test(head)) throw new Error("bodies must have a content-length")
  const length = end + 4 + Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
  const [method = "", target = ""] = head.slice(0, head.indexOf("\r\n")).split(" ")
  return bytes.length < length ? undefined : { method, target, length }
}

const reply = (framing: string, ...body: ReadonlyArray<Buffer>): Buffer => {
  const head = [
    "HTTP/1.1 200 OK",
    "content-type: application/json",
    framing,
    "inin-correlation-id: d2c1f0e4-6e6f-4c0a-9f43-0a4f4b0e8e11",
    "inin-ratelimit-count: 1",
    "inin-ratelimit-allowed: 1000000",
    "inin-ratelimit-reset: 60",
    // longer than any round of the other peers
    "keep-alive: timeout=600"
  ]
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), ...body])
}

/** A reply, ready to send. */
export const json = (body: string): Buffer => {
  const bytes = Buffer.from(body)
  return reply(`content-length: ${bytes.length}`, bytes)
}

/** The same in chunks of 8 KB, as proxies send it: its length is not told beforehand. */
export const chunked = (body: string): Buffer => {
  const bytes = Buffer.from(body)
  const chunks: Array<Buffer> = []
  for (let at = 0; at < bytes.length; at += 8192) {
    const chunk = bytes.subarray(at, at + 8192)
    chunks.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from("\r\n"))
  }
  return reply("transfer-encoding: chunked", ...chunks, Buffer.from("0\r\n\r\n"))
}
