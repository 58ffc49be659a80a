/**
 * @since 0.1.0
 */
export * as Chats from "./Chats.js"
export * as ChatsClient from "./ChatsClient.js"
export * as ChatsError from "./ChatsError.js"
export * as Credentials from "./Credentials.js"
export { MessageId, RoomJid, ThreadId, UserId, UserJid } from "./domain/Ids.js"
export * as Domain from "./domain/index.js"
export * as Endpoint from "./Endpoint.js"
export * as FlowControl from "./FlowControl.js"
export * as Metrics from "./Metrics.js"
export * as Region from "./Region.js"
export * as RetryBudget from "./RetryBudget.js"
export * as RetryPolicy from "./RetryPolicy.js"
