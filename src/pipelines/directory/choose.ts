import type { User } from "../../domain/Directory.js"
import type { UserId } from "../../domain/Ids.js"

/**
 * A user who was found, with the id that everything else goes by.
 *
 * @since 0.1.0
 * @category models
 */
export interface KnownUser extends User {
  readonly id: UserId
}

/** What candidates for one look-up come down to. */
export type Choice =
  | { readonly _tag: "One"; readonly user: KnownUser }
  /** Nobody, or nobody in that state; then it is the state of the one who is there. */
  | { readonly _tag: "None"; readonly state: string | undefined }
  | { readonly _tag: "Several"; readonly users: ReadonlyArray<KnownUser> }

/**
 * The one who is meant: who is active comes before who is inactive, and who is deleted comes last,
 * as an address can go to somebody else.
 */
export const choose = (candidates: ReadonlyArray<User>, state: "active" | "any"): Choice => {
  const known = [...new Map(candidates.filter(isKnown).map((user) => [user.id, user])).values()]
  const best = Math.min(...known.map(rankOf))
  const users = state === "any" || best === 0 ? known.filter((user) => rankOf(user) === best) : []
  const [user, ...more] = users
  if (user === undefined) return { _tag: "None", state: known[0]?.state }
  return more.length === 0 ? { _tag: "One", user } : { _tag: "Several", users }
}

const isKnown = (user: User): user is KnownUser => user.id !== undefined

const rankOf = ({ state }: User): number =>
  state === undefined || state.toLowerCase() === "active" ? 0 : state.toLowerCase() === "deleted" ? 2 : 1
