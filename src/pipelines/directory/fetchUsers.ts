import * as Arr from "effect/Array"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as ChatsError from "../../ChatsError.js"
import * as DirectoryApi from "../../DirectoryApi.js"
import type { ChatsClient, Endpoint } from "../../declaration.js"
import type { User } from "../../domain/Directory.js"
import { UserId, UserJid } from "../../domain/Ids.js"
import type { Outcome, Tell } from "../loader/resolver.js"
import { split } from "../loader/split.js"
import { type Choice, choose, type KnownUser } from "./choose.js"
import { everyPage } from "./everyPage.js"

type Client = Context.Tag.Service<typeof ChatsClient>

/** Who is looked for: by what, and its value; `""` for the caller. */
export interface Wanted {
  readonly by: "email" | "id" | "jid" | "me"
  readonly value: string
}

/** Case does not count in addresses. */
const normal = (value: string): string => value.normalize("NFC").toLowerCase()

export const nameOf = ({ by, value }: Wanted): string => `${by}\n${by === "email" ? normal(value) : value}`

/** The names that a user who was found is known by beyond doubt. */
export const namesIn = ({ chat, id }: KnownUser): ReadonlyArray<string> => [
  nameOf({ by: "id", value: id }),
  ...(chat?.jabberId === undefined ? [] : [nameOf({ by: "jid", value: chat.jabberId })])
]

/** What the requests can fail with. */
export type RequestError =
  | Endpoint.Error<typeof DirectoryApi.getUsers>
  | Endpoint.Error<typeof DirectoryApi.getUsersMe>
  | Endpoint.Error<typeof DirectoryApi.postUsersSearch>

interface Settings<N> {
  readonly max: number
  readonly concurrency: number
  readonly state: "active" | "any"
  /** What a look-up fails with that did not end in one user. */
  readonly failure: (wanted: Wanted, choice: Exclude<Choice, { readonly _tag: "One" }>) => N
}

/** Looks up users, `max` of a kind a request, and tells what became of each. Never fails. */
export const fetchUsers = <N>(client: Client, settings: Settings<N>) => {
  type Failure = Exclude<RequestError, ChatsError.NotFound> | N
  const { concurrency, failure, state } = settings
  let max = settings.max

  const outcomeOf = (wanted: Wanted, candidates: ReadonlyArray<User>): Outcome<KnownUser, N> => {
    const choice = choose(candidates, state)
    return choice._tag === "One" ? Exit.succeed(choice.user) : Exit.fail(failure(wanted, choice))
  }

  const users = (wanted: Arr.NonEmptyReadonlyArray<Wanted>): Effect.Effect<ReadonlyArray<User>, RequestError> => {
    const values = Arr.map(wanted, ({ value }) => value)
    switch (wanted[0].by) {
      case "email":
        return search(client, Arr.map(values, normal), state)
      case "id":
        return inBulk(client, { id: Arr.map(values, (id) => UserId.make(id, unchecked)) }, values.length, state)
      case "jid":
        return inBulk(
          client,
          { jabberId: Arr.map(values, (jid) => UserJid.make(jid, unchecked)) },
          values.length,
          state
        )
      case "me":
        return Effect.map(client.execute(DirectoryApi.getUsersMe, {}), Arr.of)
    }
  }

  const ask = (wanted: ReadonlyArray<Wanted>): Effect.Effect<(one: Wanted) => Outcome<KnownUser, N>, RequestError> =>
    Arr.isNonEmptyReadonlyArray(wanted)
      ? Effect.map(
          users(wanted),
          (found) => (one) =>
            outcomeOf(
              one,
              found.filter((user) => isMeant(one, user))
            )
        )
      : Effect.succeed((one) => outcomeOf(one, []))

  return (wanted: ReadonlyArray<Wanted>, tell: Tell<Wanted, KnownUser, Failure>): Effect.Effect<void> =>
    Effect.suspend(() => {
      const groups = Object.values(Arr.groupBy(wanted, ({ by }) => by))
      const chunks = Arr.flatMap(groups, (group) => Arr.chunksOf(group, max))
      return Effect.forEach(
        chunks,
        (chunk) =>
          split<Wanted, KnownUser, RequestError, N>(
            {
              ask,
              notFound: (one) => failure(one, { _tag: "None", state: undefined }),
              worthSplitting: () => Effect.succeed(true),
              takesAtMost: (count) => {
                max = Math.min(max, count)
              }
            },
            chunk,
            tell
          ),
        { concurrency, discard: true }
      )
    })
}

/** What cannot be sent is refused where it is encoded, with an error that says so. */
const unchecked = { disableValidation: true } as const

/** The service may write a UUID or a JID in another case than it was asked for by. */
const isMeant = ({ by, value }: Wanted, user: User): boolean => {
  if (by === "me") return true
  const theirs = by === "email" ? user.email : by === "id" ? user.id : user.chat?.jabberId
  return theirs !== undefined && normal(theirs) === normal(value)
}

const search = (client: Client, emails: Arr.NonEmptyReadonlyArray<string>, state: "active" | "any") => {
  const anyOf = emails.length === 1 ? { value: emails[0] } : { values: emails }
  const query = [
    { type: "EXACT", fields: ["email"], ...anyOf },
    ...(state === "any" ? [{ type: "EXACT", fields: ["state"], values: ["active", "inactive", "deleted"] }] : [])
  ]
  return everyPage((pageNumber) =>
    Effect.map(
      client.execute(DirectoryApi.postUsersSearch, { query, pageSize: 100, pageNumber }),
      ({ pageCount, results = [] }) => ({ pageCount, users: results })
    )
  )
}

const inBulk = (
  client: Client,
  ids: { readonly id: ReadonlyArray<UserId> } | { readonly jabberId: ReadonlyArray<UserJid> },
  pageSize: number,
  state: "active" | "any"
) =>
  everyPage((pageNumber) =>
    Effect.map(
      client.execute(DirectoryApi.getUsers, {
        ...ids,
        pageSize,
        ...(pageNumber === 1 ? {} : { pageNumber }),
        ...(state === "any" ? { state } : {})
      }),
      ({ entities = [], pageCount }) => ({ pageCount, users: entities })
    )
  )
