/**
 * Chat actions as steps of a workflow that outlives the process, for `@effect/workflow` (0.19) on any of its
 * engines: `@effect/cluster` on PostgreSQL for a fleet, or on a SQLite file for one machine.
 *
 * What is stored are the steps' results, and what is about to be sent. A process that is killed at any moment
 * resumes when it is started again: a step that has its result is not done again. The API itself has no "exactly
 * once"; {@link send} says how close one can get.
 *
 * @since 0.1.0
 */
export { type BroadcastOptions, broadcast, broadcastLayer } from "./broadcast.js"
export { type ExportOptions, exportHistory, type FollowOptions, follow } from "./follow.js"
export { OpenError, type Opened, openRoom, type RoomOptions } from "./openRoom.js"
export { enqueue, type OutboxOptions, outboxLayer, outboxStatus } from "./outbox.js"
export { layer, layerMemory, Store, type StoreService } from "./Store.js"
export { SendError, type SendOptions, send, Unsure } from "./send.js"
export { activity, DuplicateStep } from "./step.js"
