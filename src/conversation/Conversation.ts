/**
 * A conversation: a room or the 1on1 with a user, as one value with one set of
 * actions. Every action takes the conversation first, or last in a pipe.
 *
 * @since 0.1.0
 */
export * from "./history.js"
export * from "./messages.js"
export * from "./model.js"
export * from "./participants.js"
export * from "./pins.js"
