/**
 * Branded ids. A raw string becomes an id by `make` (throws on an id that could
 * not stand in a URL) or by decoding it with the schema (typed error).
 *
 * @since 0.1.0
 */
export type { Address } from "./ids/Address.js"
export { Email } from "./ids/Email.js"
export { GroupId } from "./ids/GroupId.js"
export { MessageId } from "./ids/MessageId.js"
export { RoomJid } from "./ids/RoomJid.js"
export { ThreadId } from "./ids/ThreadId.js"
export { UserId } from "./ids/UserId.js"
export { UserJid } from "./ids/UserJid.js"
