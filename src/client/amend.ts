import * as Predicate from "effect/Predicate"
import * as Record from "effect/Record"
import type { ChatsError, GaveUp, Outcome } from "../ChatsError.js"
import { located } from "./located.js"

/** What only the call as a whole knows of its error. */
export interface CallFacts {
  readonly operation: string
  readonly method: string
  readonly path: string
  readonly attempts: number
  readonly priorOutcome: Outcome | undefined
  readonly gaveUp: GaveUp | undefined
}

/**
 * A copy of an error with the facts of the call that it ended. A copy, because one
 * `CredentialsError` can end many calls at once.
 */
export const amend = <E extends ChatsError>(error: E, facts: Partial<CallFacts>): E => {
  const Class: unknown = error.constructor
  if (!Predicate.isFunction(Class)) return error
  // the class of an error makes errors of that class from its own fields
  const fields = Record.filter({ ...error, message: error.message, ...facts }, Predicate.isNotUndefined)
  return located(Reflect.construct(Class, [fields, true]) as E)
}
