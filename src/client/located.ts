import type { ChatsError } from "../ChatsError.js"

/**
 * Gives an error of a call a stack that says which call it ended, and how. Where the error was made says
 * nothing: those frames are ours and the fiber runtime's, the same for every call. `Cause.pretty` prints
 * the stack below name and message, and then the caller's own spans.
 */
export const located = <E extends ChatsError>(error: E): E =>
  Object.defineProperty(error, "stack", {
    value: `${error.name}: ${error.message}\n    at ${describe(error)}`,
    configurable: true,
    writable: true,
    enumerable: false
  })

/** "getChatsRoom, 404, correlation id 3f2c (GET /api/v2/chats/rooms/{roomJid}, 1 attempt)". */
const describe = (error: ChatsError): string => {
  const { attempts, gaveUp, method, operation, path } = error
  const correlationId = "correlationId" in error ? error.correlationId : undefined
  const what = [
    operation,
    ending(error),
    ...(correlationId === undefined ? [] : [`correlation id ${printable(correlationId)}`])
  ]
  const how = [`${method} ${path}`, `${attempts} ${attempts === 1 ? "attempt" : "attempts"}`]
  return `${what.join(", ")} (${[...how, ...(gaveUp === undefined ? [] : [gaveUp])].join(", ")})`
}

const ending = (error: ChatsError): string => {
  switch (error._tag) {
    case "InvalidRequest":
      return "not sent"
    case "TransportError":
      return error.code === undefined ? error.reason : `${error.reason} ${printable(error.code)}`
    case "CredentialsError":
      return error.status === undefined ? error.reason : `${error.reason}, login status ${error.status}`
    default:
      return String(error.status)
  }
}

/** A reply can say anything. */
const printable = (text: string): string => text.slice(0, 100).replace(/[^\x21-\x7e]/g, "?")
