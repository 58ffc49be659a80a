import type { ChatsError } from "../ChatsError.js"
import { describe } from "../internal/summary.js"

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
