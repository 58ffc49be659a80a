/** Before each test file. How something ended is what it ended with: Effect 4 notes where, too. */
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import { expect } from "vitest"

const plain = (exit: Exit.Exit<unknown, unknown>): unknown =>
  Exit.isSuccess(exit)
    ? [exit._tag, exit.value]
    : [
        exit._tag,
        exit.cause.reasons.map((reason) => {
          if (Cause.isFailReason(reason)) return [reason._tag, reason.error]
          return Cause.isDieReason(reason) ? [reason._tag, reason.defect] : [reason._tag, reason.fiberId]
        })
      ]

expect.addEqualityTesters([
  function (one: unknown, other: unknown) {
    return Exit.isExit(one) && Exit.isExit(other) ? this.equals(plain(one), plain(other)) : undefined
  }
])
