import { describe, expect, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as fc from "effect/FastCheck"
import * as Schema from "effect/Schema"
import { Line, type Waiting, WaitQueue } from "../../src/limits/WaitQueue.js"

const Step = Arbitrary.make(
  Schema.Union(
    Schema.Struct({ _tag: Schema.Literal("Join", "Serve") }),
    Schema.Struct({ _tag: Schema.Literal("Leave"), who: Schema.NonNegativeInt })
  )
)

/** After every step of hundreds: `expect` is asked where there is something to say. */
const same = (actual: unknown, expected: unknown): void => {
  if (!Object.is(actual, expected)) expect(actual).toBe(expected)
}

describe("a line", () => {
  it("serves in order, whoever leaves, as a list does", () => {
    fc.assert(
      fc.property(fc.array(Step, { maxLength: 500, size: "max" }), (steps) => {
        const line = new Line<string>()
        const tickets = new Map<string, number>()
        const list: Array<string> = []
        for (const [i, step] of steps.entries()) {
          if (step._tag === "Join") {
            list.push(
              line.join((ticket) => {
                tickets.set(`${i}`, ticket)
                return `${i}`
              })
            )
          } else {
            const all = [...tickets.keys()]
            // who leaves may have left before
            const who = step._tag === "Leave" ? all[step.who % Math.max(1, all.length)] : line.first
            if (who === undefined) continue
            line.leave(tickets.get(who)!)
            if (list.includes(who)) list.splice(list.indexOf(who), 1)
          }
          same(line.size, list.length)
          same(line.first, list[0])
        }
      })
    )
  })

  it("keeps nobody who has left", () => {
    const line = new Line<number>()
    const tickets = Array.from({ length: 10_000 }, () => line.join((ticket) => ticket))
    for (const ticket of tickets) {
      same(line.first, ticket)
      line.leave(ticket)
    }
    expect([line.size, line.first]).toEqual([0, undefined])
  })
})

const Move = Arbitrary.make(
  Schema.Union(
    Schema.Struct({
      _tag: Schema.Literal("Join"),
      operation: Schema.Literal("a", "b", "c"),
      until: Schema.Int.pipe(Schema.between(0, 50))
    }),
    Schema.Struct({ _tag: Schema.Literal("Serve"), closed: Schema.Literal("a", "b", "none") }),
    Schema.Struct({ _tag: Schema.Literal("Leave"), who: Schema.NonNegativeInt }),
    Schema.Struct({ _tag: Schema.Literal("Expire") })
  )
)

describe("a queue with lines for operations", () => {
  it("serves in order those that may go, and knows whose patience ends first, as a list does", () => {
    fc.assert(
      fc.property(fc.array(Move, { maxLength: 600, size: "max" }), (moves) => {
        const queue = new WaitQueue<Waiting>()
        const everybody: Array<Waiting> = []
        let list: Array<Waiting> = []
        const leave = (waiter: Waiting | undefined) => {
          if (waiter === undefined) return
          queue.leave(waiter)
          list = list.filter((one) => one !== waiter)
        }
        for (const move of moves) {
          if (move._tag === "Join") {
            const waiter: Waiting = { operation: move.operation, method: "GET", until: move.until, place: undefined }
            queue.join(waiter)
            list.push(waiter)
            everybody.push(waiter)
          } else if (move._tag === "Serve") {
            const mayGo = ({ operation }: { readonly operation: string }) => operation !== move.closed
            same(queue.next(mayGo), list.find(mayGo))
            same(queue.sizeOf(mayGo), list.filter(mayGo).length)
            leave(queue.next(mayGo))
          } else if (move._tag === "Expire") {
            leave(queue.mostHasty)
          } else leave(everybody[move.who % Math.max(1, everybody.length)])
          same(queue.size, list.length)
          const { all } = queue
          same(all.length, list.length)
          for (const [i, one] of all.entries()) same(one, list[i])
          const soonest = list.length === 0 ? undefined : Math.min(...list.map(({ until }) => until))
          same(queue.mostHasty?.until, soonest)
        }
      })
    )
  })
})
