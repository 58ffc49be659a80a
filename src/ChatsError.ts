/**
 * Every way in which a chats call can fail: one class per status, found from the
 * status alone, and the errors that have no status. No error holds a request, a
 * header or a token.
 *
 * @since 0.1.0
 */
export { type CallInfo, GaveUp, Outcome } from "./errors/call.js"
export * from "./errors/credentials.js"
export { type ErrorClass, TypeId } from "./errors/ErrorClass.js"
export * from "./errors/failed.js"
export * from "./errors/outcome.js"
export * from "./errors/refused.js"
export type { StatusInfo, WaitInfo } from "./errors/status.js"
export * from "./errors/summary.js"
export * from "./errors/transport.js"
export * from "./errors/undecodable.js"
export * from "./errors/union.js"
