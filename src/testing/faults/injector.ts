import { PCGRandom } from "../../internal/effect/random.js"
import type { Fault, Faults, Target, Weighted } from "./Faults.js"

/** A place in a plan: what the plan decides next depends on it and on nothing else. */
export interface Injector {
  /** What is to happen to the next request. `undefined` stands for a path that no operation has. */
  readonly next: (target: Target | undefined) => Fault | undefined
  readonly clone: () => Injector
  /** Where it is, as numbers: the same plan goes on from there. */
  readonly position: () => ReadonlyArray<number>
  /** Goes to a position of the same plan, which is the beginning of these numbers; gives the rest. */
  readonly moveTo: (numbers: ReadonlyArray<number>) => ReadonlyArray<number>
}

type Test = (target: Target | undefined) => boolean

export const make = (plan: Faults, outer?: Test): Injector => {
  const test = outer ?? spared
  switch (plan._tag) {
    case "None":
      return nothing
    case "Script":
      return script(plan.faults, 0, test)
    case "Always":
      return always(plan.fault, test)
    case "Random":
      return random(plan.rate, plan.faults, new PCGRandom(plan.seed), test)
    case "Targets": {
      const { targets } = plan
      const named: Test =
        targets === "all"
          ? (target) => target !== "event"
          : (target) => target !== undefined && targets.includes(target)
      return make(plan.faults, outer === undefined ? named : (target) => outer(target) && named(target))
    }
    case "Combined":
      return combined(plan.plans.map((inner) => make(inner, outer)))
  }
}

/** The token endpoint and events are spared by all plans but those that name them. */
const spared: Test = (target) => target !== "token" && target !== "event"

/** What is the same at every request. */
const still = { position: () => [], moveTo: (numbers: ReadonlyArray<number>) => numbers }

const nothing: Injector = { next: () => undefined, clone: () => nothing, ...still }

const always = (fault: Fault, test: Test): Injector => {
  const self: Injector = { next: (target) => (test(target) ? fault : undefined), clone: () => self, ...still }
  return self
}

const script = (faults: ReadonlyArray<Fault>, start: number, test: Test): Injector => {
  let index = start
  return {
    next: (target) => (test(target) && index < faults.length ? faults[index++] : undefined),
    clone: () => script(faults, index, test),
    position: () => [index],
    moveTo: ([first = 0, ...rest]) => {
      index = first
      return rest
    }
  }
}

const random = (rate: number, faults: ReadonlyArray<Weighted>, source: PCGRandom, test: Test): Injector => ({
  next: (target) => {
    if (!test(target)) return undefined
    // two draws for each request, so that one decision does not move the next
    const strikes = source.number() < rate
    const fault = draw(faults, source.number())
    return strikes ? fault : undefined
  },
  clone: () => {
    const copy = new PCGRandom(0)
    copy.setState(source.getState())
    return random(rate, faults, copy, test)
  },
  position: () => source.getState(),
  moveTo: ([a, b, c, d, ...rest]) => {
    if (a !== undefined && b !== undefined && c !== undefined && d !== undefined) source.setState([a, b, c, d])
    return rest
  }
})

const draw = (faults: ReadonlyArray<Weighted>, at: number): Fault | undefined => {
  let rest = at * faults.reduce((sum, { weight }) => sum + weight, 0)
  for (const { fault, weight } of faults) {
    if (rest < weight) return fault
    rest -= weight
  }
  return faults.at(-1)?.fault
}

const combined = (injectors: ReadonlyArray<Injector>): Injector => ({
  next: (target) => {
    for (const injector of injectors) {
      const fault = injector.next(target)
      if (fault !== undefined) return fault
    }
    return undefined
  },
  clone: () => combined(injectors.map((injector) => injector.clone())),
  position: () => injectors.flatMap((injector) => injector.position()),
  moveTo: (numbers) => injectors.reduce((rest, injector) => injector.moveTo(rest), numbers)
})
