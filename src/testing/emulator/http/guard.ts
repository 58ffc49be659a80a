import type { IncomingMessage } from "node:http"
import { isIP } from "node:net"

/**
 * Why a request to the control API is refused, or `undefined`. It is for programs on this machine: a web
 * page of another origin must not reach it, nor one whose name was made to resolve to this machine (DNS
 * rebinding), which the `Host` header gives away.
 */
export const refusal = ({ headers, method = "GET", socket }: IncomingMessage): string | undefined => {
  if (!isLoopback(socket.remoteAddress ?? "")) return "The control API answers this machine only"
  const { host = "", origin } = headers
  if (!isLocalName(host)) return `The control API is not at ${host || "a host without a name"}: use localhost`
  const reads = method === "GET" || method === "HEAD"
  if (origin !== undefined && origin !== `http://${host}`) return "The control API answers no other origin"
  const site = headers["sec-fetch-site"]
  if (!reads && site !== undefined && site !== "same-origin" && site !== "none") {
    return "The control API takes nothing from another site"
  }
  return undefined
}

const isLoopback = (address: string): boolean => {
  const plain = address.replace(/^::ffff:/i, "")
  return plain === "::1" || (isIP(plain) === 4 && plain.startsWith("127."))
}

const isLocalName = (host: string): boolean => {
  const name = host.replace(/:\d+$/, "").toLowerCase()
  return name === "localhost" || name === "[::1]" || (isIP(name) === 4 && name.startsWith("127."))
}
