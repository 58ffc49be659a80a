/** Interleaved rounds (A B C … A B C …), and what is made of them. */

export const median = (numbers: ReadonlyArray<number>): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN

/** Each contestant's results, by round. */
export type Rounds<Name extends string, A> = ReadonlyMap<Name, ReadonlyArray<A>>

/** Runs every contestant once a round. The rounds that warm up do not count. */
export const interleave = async <Name extends string, A>(
  contestants: ReadonlyMap<Name, () => Promise<A>>,
  { rounds, warmUp }: { readonly rounds: number; readonly warmUp: number }
): Promise<Rounds<Name, A>> => {
  const results = new Map([...contestants.keys()].map((name): [Name, Array<A>] => [name, []]))
  for (let round = -warmUp; round < rounds; round++) {
    for (const [name, run] of contestants) {
      const result = await run()
      if (round >= 0) results.get(name)?.push(result)
    }
  }
  return results
}

/** The median over all rounds. */
export const medianOf = <Name extends string, A>(
  rounds: Rounds<Name, A>,
  name: Name,
  of: (result: A) => number
): number => median((rounds.get(name) ?? []).map(of))

/**
 * The median of what two contestants of the same round are to each other: what else the machine
 * does meanwhile slows down both. `NaN` where one of them did not run.
 */
export const medianOfPairs = <Name extends string, A>(
  rounds: Rounds<Name, A>,
  one: Name,
  other: Name,
  compare: (one: A, other: A) => number
): number => {
  const others = rounds.get(other) ?? []
  return median(
    (rounds.get(one) ?? []).flatMap((result, round) => {
      const paired = others[round]
      return paired === undefined ? [] : [compare(result, paired)]
    })
  )
}
