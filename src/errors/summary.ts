import { summary as summaryOf } from "../internal/summary.js"

/**
 * An error in one line, for your own logs and spans: which operation, the status or the reason, the
 * correlation id, method and path template, attempts. Unlike `message` it quotes nothing that was sent or
 * that the service said. For any other error it is only the name.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats, ChatsError } from "effect-genesys-chats"
 *
 * const program = Chats.getChatsSettings().pipe(
 *   Effect.tapError((error) => Effect.logWarning(ChatsError.summary(error)))
 * )
 * ```
 * @since 0.1.0
 * @category getters
 */
export const summary: (error: unknown) => string = summaryOf
