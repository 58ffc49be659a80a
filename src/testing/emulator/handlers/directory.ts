import * as Either from "effect/Either"
import type { Input } from "../../operation.js"
import type { UserRecord } from "../model.js"
import * as Refusal from "../Refusal.js"
import { groupView, userView } from "../views.js"
import type { Handlers } from "./Handler.js"
import { userContext } from "./settings.js"

type Operations = "getUser" | "getUsers" | "getUsersMe" | "postUsersSearch" | "getGroup"

type Criteria = NonNullable<Input<"postUsersSearch">["query"]>[number]

type Checked<A> = Either.Either<A, Refusal.Refusal>

export const directory: Pick<Handlers, Operations> = {
  /** Ids of nobody are left out. */
  getUsers: ({ id, jabberId, pageNumber = 1, pageSize = 25, state = "active" }, { org }) =>
    Either.gen(function* () {
      const { maxUserIds } = org.settings.directory
      if (id !== undefined && jabberId !== undefined) {
        yield* Refusal.invalid("invalid.query.param.value", "jabberId", "cannot be used with id")
      }
      if ((id ?? jabberId ?? []).length > maxUserIds) {
        yield* Refusal.invalid("invalid.query.param.value", "id", `must be at most ${maxUserIds}`, {
          key: "user.ids",
          value: maxUserIds
        })
      }
      const { accounts } = org
      const meant =
        id !== undefined
          ? id.map((one) => accounts.users.get(one))
          : jabberId !== undefined
            ? jabberId.map((jid) => accounts.userByJid(jid))
            : [...accounts.users.values()]
      const users = new Set(meant.filter((user) => user !== undefined))
      const { items, ...page } = paged(
        [...users].filter((user) => state === "any" || user.state === state),
        pageNumber,
        Math.min(pageSize, 500)
      )
      return { ...page, entities: items.map(userView) }
    }),

  getUser: ({ userId }, { org }) => Either.map(org.accounts.user(userId), userView),

  getUsersMe: (_, call) => Either.map(userContext(call), () => userView(call.caller)),

  /** Only active users, unless a criterion asks for a state. */
  postUsersSearch: ({ pageNumber = 1, pageSize = 25, query = [] }, { org }) =>
    Either.gen(function* () {
      if (query.length === 0) yield* Refusal.invalid("invalid.property", "query", "must hold a criterion")
      const tests: Array<Test> = []
      for (const criteria of query) tests.push(yield* testOf(criteria))
      const asksForState = query.some(({ fields = [] }) => fields.includes("state"))
      const found = [...org.accounts.users.values()].filter(
        (user) => (asksForState || user.state === "active") && passes(tests, user)
      )
      const { items, ...page } = paged(found, pageNumber, Math.min(pageSize, 100))
      return { ...page, types: ["users"], results: items.map(userView) }
    }),

  getGroup: ({ groupId }, { org }) => {
    const group = org.accounts.groups.get(groupId)
    return group === undefined ? Refusal.notFound("group", groupId) : Either.right(groupView(org, group))
  }
}

const paged = <A>(all: ReadonlyArray<A>, pageNumber: number, pageSize: number) => ({
  items: all.slice((pageNumber - 1) * pageSize, pageNumber * pageSize),
  pageSize,
  pageNumber,
  pageCount: Math.ceil(all.length / pageSize),
  total: all.length
})

/** One criterion, and how it counts beside the others. */
interface Test {
  readonly operator: "AND" | "OR" | "NOT"
  readonly matches: (user: UserRecord) => boolean
}

/** All that must match, none that must not, and of the alternatives one. */
const passes = (tests: ReadonlyArray<Test>, user: UserRecord): boolean => {
  const of = (operator: Test["operator"]) => tests.filter((test) => test.operator === operator)
  const alternatives = of("OR")
  return (
    of("AND").every(({ matches }) => matches(user)) &&
    !of("NOT").some(({ matches }) => matches(user)) &&
    (alternatives.length === 0 || alternatives.some(({ matches }) => matches(user)))
  )
}

const fieldsOf: ReadonlyMap<string, (user: UserRecord) => string> = new Map([
  ["id", ({ id }: UserRecord) => id],
  ["name", ({ name }: UserRecord) => name],
  ["email", ({ email }: UserRecord) => email],
  ["username", ({ email }: UserRecord) => email],
  ["state", ({ state }: UserRecord) => state],
  ["chat.jabberId", ({ jid }: UserRecord) => jid]
])

/** Case does not count. */
const waysToMatch: ReadonlyMap<string, (text: string, value: string) => boolean> = new Map([
  ["EXACT", (text: string, value: string) => text === value],
  ["STARTS_WITH", (text: string, value: string) => text.startsWith(value)],
  ["CONTAINS", (text: string, value: string) => text.includes(value)],
  ["TERM", (text: string, value: string) => text.split(/[\s@.]+/).includes(value)],
  ["TERMS", (text: string, value: string) => text.split(/[\s@.]+/).includes(value)],
  ["QUERY_STRING", (text: string, value: string) => text.includes(value)]
])

const testOf = ({ fields, operator = "AND", type, value, values }: Criteria): Checked<Test> =>
  Either.gen(function* () {
    if (operator !== "AND" && operator !== "OR" && operator !== "NOT") {
      return yield* Refusal.invalid("invalid.value", "query.operator", "must be AND, OR or NOT")
    }
    if (type === "MATCH_ALL") return { operator, matches: () => true }
    const matches = waysToMatch.get(type)
    if (matches === undefined) return yield* Refusal.invalid("invalid.value", "query.type", `is not known: ${type}`)
    const wanted = [...(value === undefined ? [] : [value]), ...(values ?? [])].map((one) => one.toLowerCase())
    if (wanted.length === 0) return yield* Refusal.invalid("invalid.property", "query.value", "is required")
    // a query string looks into all of them
    const names = fields ?? (type === "QUERY_STRING" ? ["name", "email"] : [])
    if (names.length === 0) return yield* Refusal.invalid("invalid.property", "query.fields", "is required")
    const getters: Array<(user: UserRecord) => string> = []
    for (const name of names) {
      const getter = fieldsOf.get(name)
      if (getter === undefined) return yield* Refusal.invalid("invalid.value", "query.fields", `is not known: ${name}`)
      getters.push(getter)
    }
    return {
      operator,
      matches: (user) => getters.some((getter) => wanted.some((one) => matches(getter(user).toLowerCase(), one)))
    }
  })
