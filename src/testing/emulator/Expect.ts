/**
 * Assertions about an emulator, for tests of programs that post: posted once, in this order, nothing after, no call
 * beyond the limit. One that fails is a defect that shows the conversation and the requests, so that a failed test
 * says by itself what the program did.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { ChatMessageResponse } from "../../domain/Message.js"
import { Emulator } from "./Emulator.js"
import type { ConversationRef, Service } from "./service.js"
import { waterfall } from "./waterfall.js"

/**
 * Which message is meant: by its text, by a pattern, or by a function.
 *
 * @since 0.1.0
 * @category models
 */
export type Match = string | RegExp | ((message: ChatMessageResponse) => boolean)

/**
 * An expectation that was not met.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Expect } from "effect-genesys-chats/testing"
 *
 * const message = Expect.withinRateLimit.pipe(
 *   Effect.catchAllDefect((defect) =>
 *     defect instanceof Expect.ExpectationFailed ? Effect.succeed(defect.message) : Effect.die(defect)
 *   )
 * )
 * ```
 * @since 0.1.0
 * @category errors
 */
export class ExpectationFailed extends Error {
  override readonly name = "ExpectationFailed"
}

/**
 * The message is in the conversation, and once only.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Chats } from "effect-genesys-chats"
 * import { Emulator, Expect, Faults } from "effect-genesys-chats/testing"
 *
 * const test = Effect.gen(function* () {
 *   const { jid } = yield* Chats.postChatsRooms({ subject: "Incident" })
 *   yield* Chats.postChatsRoomMessages({ roomJid: jid, message: "We are on it" })
 *   yield* Expect.postedOnce(jid, "We are on it")
 * }).pipe(Effect.provide(Emulator.layerClient({ faults: Faults.script([Faults.pass, Faults.status(503)]) })))
 * ```
 * @since 0.1.0
 * @category expectations
 */
export const postedOnce = (
  conversation: ConversationRef,
  match: Match
): Effect.Effect<ChatMessageResponse, never, Emulator> =>
  check(conversation, (messages) => {
    const found = messages.filter(test(match))
    const [only] = found
    return only !== undefined && found.length === 1
      ? { right: only }
      : { wrong: `${shown(match)} is ${found.length === 0 ? "not there" : `there ${found.length} times`}` }
  })

/**
 * These messages are in the conversation in this order; others may lie between.
 *
 * @example
 * ```ts
 * import { Expect } from "effect-genesys-chats/testing"
 * import type { RoomJid } from "effect-genesys-chats"
 *
 * const test = (room: RoomJid) => Expect.postedInOrder(room, ["Opened", /^Owner: /, "Closed"])
 * ```
 * @since 0.1.0
 * @category expectations
 */
export const postedInOrder = (
  conversation: ConversationRef,
  matches: ReadonlyArray<Match>
): Effect.Effect<ReadonlyArray<ChatMessageResponse>, never, Emulator> =>
  check(conversation, (messages) => {
    const found: Array<ChatMessageResponse> = []
    let from = 0
    for (const match of matches) {
      const index = messages.findIndex((message, at) => at >= from && test(match)(message))
      const message = messages[index]
      if (message === undefined) {
        const before = found.at(-1)
        const there = messages.some(test(match))
        return {
          wrong: `${shown(match)} is ${there ? "there, but not" : "not there"}${before === undefined ? "" : ` after ${shown(before.body ?? "")}`}`
        }
      }
      found.push(message)
      from = index + 1
    }
    return { right: found }
  })

/**
 * The message is the last of its conversation.
 *
 * @example
 * ```ts
 * import { Expect } from "effect-genesys-chats/testing"
 * import type { RoomJid } from "effect-genesys-chats"
 *
 * const test = (room: RoomJid) => Expect.nothingAfter(room, "Closed")
 * ```
 * @since 0.1.0
 * @category expectations
 */
export const nothingAfter = (conversation: ConversationRef, match: Match): Effect.Effect<void, never, Emulator> =>
  check(conversation, (messages) => {
    const index = messages.findLastIndex(test(match))
    const after = messages.length - 1 - index
    if (index === -1) return { wrong: `${shown(match)} is not there` }
    return after === 0
      ? { right: undefined }
      : { wrong: `${after} ${after === 1 ? "message comes" : "messages come"} after ${shown(match)}` }
  })

/**
 * No request was refused with 429 by the emulator's own rate limit. A 429 of a plan of failures does not count.
 *
 * @example
 * ```ts
 * import { Expect } from "effect-genesys-chats/testing"
 *
 * const test = Expect.withinRateLimit
 * ```
 * @since 0.1.0
 * @category expectations
 */
export const withinRateLimit: Effect.Effect<void, never, Emulator> = Effect.flatMap(Emulator, (emulator) =>
  Effect.flatMap(emulator.requests, (requests) => {
    const beyond = requests.filter(({ processedStatus }) => processedStatus === 429)
    return beyond.length === 0
      ? Effect.void
      : fail(emulator, undefined, `${beyond.length} of ${requests.length} requests went beyond the rate limit`)
  })
)

/**
 * No more requests than this were sent to an endpoint, attempts counted.
 *
 * @example
 * ```ts
 * import { Expect } from "effect-genesys-chats/testing"
 *
 * const test = Expect.requestsAtMost("getChatsRoomMessages", 3)
 * ```
 * @since 0.1.0
 * @category expectations
 */
export const requestsAtMost = (
  operation: NonNullable<Effect.Effect.Success<Service["requests"]>[number]["operation"]>,
  most: number
): Effect.Effect<void, never, Emulator> =>
  Effect.flatMap(Emulator, (emulator) =>
    Effect.flatMap(emulator.requests, (requests) => {
      const count = requests.filter((request) => request.operation === operation).length
      return count <= most
        ? Effect.void
        : fail(emulator, undefined, `${operation} was asked ${count} times, not ${most} at most`)
    })
  )

type Result<A> = { readonly right: A } | { readonly wrong: string }

const check = <A>(
  conversation: ConversationRef,
  look: (messages: ReadonlyArray<ChatMessageResponse>) => Result<A>
): Effect.Effect<A, never, Emulator> =>
  Effect.flatMap(Emulator, (emulator) =>
    Effect.flatMap(emulator.messages(conversation), (messages) => {
      const result = look(messages)
      return "right" in result ? Effect.succeed(result.right) : fail(emulator, conversation, result.wrong)
    })
  )

const fail = (emulator: Service, conversation: ConversationRef | undefined, wrong: string): Effect.Effect<never> =>
  Effect.gen(function* () {
    const names = yield* emulator.users
    const nameOf = (id: string) => names.find((user) => user.id === id)?.name ?? id
    const messages = conversation === undefined ? [] : yield* emulator.messages(conversation)
    const requests = yield* emulator.requests
    return yield* Effect.die(
      new ExpectationFailed(
        [
          wrong,
          ...(conversation === undefined
            ? []
            : [
                "",
                "The conversation:",
                ...(messages.length === 0 ? ["  (no messages)"] : []),
                ...earlier(messages.length),
                ...messages.slice(-most).map((one) => `  ${line(one, nameOf)}`)
              ]),
          "",
          "The requests:",
          ...earlier(requests.length),
          ...Arr.map(waterfall(requests.slice(-most), nameOf).split("\n"), (text) => `  ${text}`)
        ].join("\n")
      )
    )
  })

/** So many messages and requests are printed, the newest. */
const most = 50

const earlier = (count: number): ReadonlyArray<string> => (count > most ? [`  (${count - most} earlier)`] : [])

/** So much of a message is printed. */
const longest = 300

const line = ({ body, dateCreated, edited, user }: ChatMessageResponse, nameOf: (id: string) => string): string =>
  `${dateCreated === undefined ? "" : DateTime.formatIso(dateCreated).slice(11, 23)} ${nameOf(user?.id ?? "someone")}: ${inOneLine(body ?? "")}${edited === true ? " (edited)" : ""}`

/** Text of several lines stays one entry of the list. */
const inOneLine = (text: string): string => {
  const line = text.replaceAll("\n", "⏎")
  return line.length > longest ? `${line.slice(0, longest)}… (${text.length} characters)` : line
}

const test =
  (match: Match) =>
  (message: ChatMessageResponse): boolean => {
    if (typeof match === "function") return match(message)
    const text = message.body ?? ""
    return typeof match === "string"
      ? text === match
      : new RegExp(match.source, match.flags.replace(/[gy]/g, "")).test(text)
  }

const shown = (match: Match): string =>
  typeof match === "string"
    ? JSON.stringify(match)
    : typeof match === "function"
      ? "a message as described"
      : String(match)
