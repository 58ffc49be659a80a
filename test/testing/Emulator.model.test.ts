import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as fc from "effect/FastCheck"
import * as TestClock from "effect/TestClock"
import * as TestContext from "effect/TestContext"
import { RoomJid } from "../../src/index.js"
import * as Emulator from "../../src/testing/emulator/Emulator.js"
import { runs } from "../utils/runs.js"
import { type Answer, type Command, empty, type Model, pinsOf, placeOf, step, type Target } from "./emulator-model.js"
import { errorViolations, type Raw, type Reply, send } from "./emulator-utils.js"

/** What the numbers of the model stand for. */
interface Names {
  readonly users: ReadonlyArray<Emulator.User>
  readonly rooms: Array<string>
  readonly messages: Array<{ readonly id: string; readonly threadId: string }>
}

const unknown = "00000000-0000-4000-8000-000000000000"

const request = (command: Exclude<Command, { _tag: "Wait" }>, names: Names): Omit<Raw, "token"> => {
  const base = "/api/v2/chats"
  const room = (number: number) => `${base}/rooms/${encodeURIComponent(names.rooms[number] ?? "none")}`
  const user = (number: number) => names.users[number]?.id ?? unknown
  const message = (number: number) => names.messages[number]?.id ?? unknown
  const place = (to: Target) => ("room" in to ? room(to.room) : `${base}/users/${user(to.user)}`)
  switch (command._tag) {
    case "Create":
      return { method: "POST", path: `${base}/rooms`, body: { subject: "S", userIds: command.invited.map(user) } }
    case "Join":
      return { method: "POST", path: `${room(command.room)}/participants/${user(command.user)}` }
    case "Leave":
      return { method: "DELETE", path: `${room(command.room)}/participants/${user(command.user)}` }
    case "Participants":
      return { path: `${room(command.room)}/participants` }
    case "Post": {
      const threadId =
        command.parent === undefined ? {} : { threadId: names.messages[command.parent]?.threadId ?? unknown }
      return { method: "POST", path: `${place(command.to)}/messages`, body: { message: command.body, ...threadId } }
    }
    case "Edit":
      return {
        method: "PATCH",
        path: `${place(command.to)}/messages/${message(command.message)}`,
        body: { message: command.body }
      }
    case "Remove":
      return { method: "DELETE", path: `${place(command.to)}/messages/${message(command.message)}` }
    case "Pin":
      return {
        method: "POST",
        path: `${place(command.to)}/messages/pins`,
        body: { pinnedMessageIds: command.messages.map(message) }
      }
    case "Unpin":
      return { method: "DELETE", path: `${place(command.to)}/messages/pins/${message(command.message)}` }
    case "React":
      return {
        method: "PUT",
        path: `${base}/messages/${message(command.message)}/reactions`,
        body: { reactions: command.emojis }
      }
    case "Get":
      return { path: `${base}/messages/${message(command.message)}` }
    case "Thread":
      return { path: `${base}/threads/${names.messages[command.message]?.threadId ?? unknown}/messages` }
    case "History":
      return { path: `${place(command.to)}/messages?limit=${command.limit}` }
  }
}

/** A reply in the model's terms. */
const answer = ({ json, status }: Reply, names: Names): Answer => {
  if (status >= 400 || json === undefined) return { status }
  const numbers = (ids: ReadonlyArray<{ id: string }>) =>
    ids.map(({ id }) => names.messages.findIndex((m) => m.id === id))
  if ("entities" in json) return { status, messages: numbers(json.entities) }
  if ("body" in json) return { status, messages: numbers([json]) }
  if (!("participants" in json)) return { status }
  const users = json.participants.map(({ jid }: { jid: string }) => names.users.findIndex((user) => user.jid === jid))
  return { status, users }
}

/** All there is, in the model's terms. */
const inspect = (emulator: Emulator.Service, names: Names, model: Model) =>
  Effect.gen(function* () {
    const number = (id: string) => names.messages.findIndex((message) => message.id === id)
    const user = (id: string | undefined) => names.users.findIndex((user) => user.id === id)
    const refs = [
      ...names.rooms.map((jid, room) => [RoomJid.make(jid), placeOf(0, { room })] as const),
      ...names.users.flatMap((a, i) =>
        names.users.slice(i + 1).map((b, j) => [[a.id, b.id], placeOf(i, { user: i + 1 + j })] as const)
      )
    ]
    for (const [ref, place] of refs) {
      const messages = yield* emulator.messages(ref)
      expect(
        messages.map((message) => ({
          number: number(message.id),
          place,
          author: user(message.user?.id),
          body: message.body,
          edited: message.edited,
          date: message.dateCreated.epochMillis,
          parent:
            message.parentThread === undefined
              ? undefined
              : names.messages.findIndex(({ threadId }) => threadId === message.parentThread?.id),
          reactions: message.reactions?.map(({ emoji, users }) => [emoji, users.map(({ id }) => user(id))])
        }))
      ).toEqual(model.messages.filter((message) => message.place === place))
      expect((yield* emulator.pins(ref)).map(number)).toEqual(pinsOf(model, place))
    }
  })

const run = (commands: ReadonlyArray<Command>) =>
  Effect.gen(function* () {
    const emulator = yield* Emulator.make({ rateLimit: "unlimited", tokenLifetime: "1000 days" })
    const users = yield* Effect.forEach([0, 1, 2], () => emulator.addUser())
    const tokens = yield* Effect.forEach(users, ({ id }) => emulator.issueToken(id))
    const names: Names = { users, rooms: [], messages: [] }
    let model = empty
    for (const command of commands) {
      const [next, expected] = step(model, command)
      if (command._tag === "Wait") yield* TestClock.adjust(command.millis)
      else {
        const token = tokens[command.by]
        const reply = yield* send(emulator, { ...request(command, names), ...(token === undefined ? {} : { token }) })
        if (command._tag === "Create") names.rooms.push(reply.json.jid)
        if (command._tag === "Post" && reply.status === 200) {
          const { json } = yield* send(emulator, {
            path: `/api/v2/chats/messages/${reply.json.id}`,
            ...(token === undefined ? {} : { token })
          })
          names.messages.push({ id: reply.json.id, threadId: json.thread.id })
        }
        expect([command, answer(reply, names)]).toEqual([command, expected])
        if (reply.status >= 400) expect(errorViolations(reply)).toEqual([])
      }
      model = next
    }
    yield* inspect(emulator, names, model)
  }).pipe(Effect.provide(TestContext.TestContext))

const user = fc.nat({ max: 2 })
const room = fc.nat({ max: 3 })
const message = fc.nat({ max: 7 })
const to: fc.Arbitrary<Target> = fc.oneof(
  { arbitrary: fc.record({ room: fc.constantFrom(0, 0, 0, 1) }), weight: 5 },
  { arbitrary: fc.record({ user }), weight: 1 }
)
const body = fc.oneof(
  { arbitrary: fc.string({ minLength: 1, unit: "grapheme" }), weight: 9 },
  { arbitrary: fc.constant(""), weight: 1 }
)
const tag = <const Tag extends Command["_tag"]>(tag: Tag) => ({ _tag: fc.constant(tag), by: user })

const command: fc.Arbitrary<Command> = fc.oneof(
  { arbitrary: fc.record({ ...tag("Create"), invited: fc.array(user, { maxLength: 3 }) }), weight: 2 },
  { arbitrary: fc.record({ ...tag("Join"), room, user }), weight: 2 },
  { arbitrary: fc.record({ ...tag("Leave"), room, user }), weight: 1 },
  { arbitrary: fc.record({ ...tag("Participants"), room }), weight: 1 },
  {
    arbitrary: fc.record({ ...tag("Post"), to, body, parent: fc.option(message, { nil: undefined, freq: 2 }) }),
    weight: 10
  },
  { arbitrary: fc.record({ ...tag("Edit"), to, message, body }), weight: 3 },
  { arbitrary: fc.record({ ...tag("Remove"), to, message }), weight: 2 },
  { arbitrary: fc.record({ ...tag("Pin"), to, messages: fc.array(message, { maxLength: 3 }) }), weight: 4 },
  { arbitrary: fc.record({ ...tag("Unpin"), to, message }), weight: 1 },
  {
    arbitrary: fc.record({
      ...tag("React"),
      message,
      emojis: fc.array(fc.constantFrom("👍", "🎉", "❤️"), { maxLength: 3 })
    }),
    weight: 3
  },
  { arbitrary: fc.record({ ...tag("Get"), message }), weight: 1 },
  { arbitrary: fc.record({ ...tag("History"), to, limit: fc.integer({ min: 1, max: 5 }) }), weight: 3 },
  { arbitrary: fc.record({ ...tag("Thread"), message }), weight: 1 },
  { arbitrary: fc.record({ ...tag("Wait"), millis: fc.nat({ max: 70_000 }) }), weight: 2 }
)

// fast-check reports the seed and the shortest sequence that fails
it("random sequences of calls answer and end as a small pure model says", () =>
  fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 80, size: "max" }), (commands) =>
      Effect.runPromise(run([{ _tag: "Create", by: 0, invited: [1] }, ...commands]))
    ),
    { numRuns: runs(20) }
  ))
