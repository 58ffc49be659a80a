import * as Either from "effect/Either"
import * as Struct from "effect/Struct"
import type * as Endpoint from "../../declaration.js"
import { type Operation, served } from "../operation.js"
import * as Refusal from "./Refusal.js"

/** An endpoint's place in the tree, and the names of its path parameters in the order of the path. */
export interface Route {
  readonly operation: Operation
  readonly endpoint: Endpoint.Description
  readonly parameters: ReadonlyArray<string>
}

/** A route and what stands for its path parameters, in the same order. */
export interface Match {
  readonly route: Route
  readonly values: ReadonlyArray<string>
}

export interface Node {
  readonly literals: Map<string, Node>
  parameter: Node | undefined
  readonly routes: Map<string, Route>
}

/** The routes of all endpoints, read from their descriptions. */
export const make = (): Node => {
  const root = emptyNode()
  for (const operation of operations) {
    const endpoint: Endpoint.Description = served[operation]
    const parameters: Array<string> = []
    let node = root
    for (const segment of endpoint.path.split("/")) {
      const parameter = /^\{(.+)\}$/.exec(segment)?.[1]
      if (parameter === undefined) {
        const next = node.literals.get(segment) ?? emptyNode()
        node.literals.set(segment, next)
        node = next
      } else {
        parameters.push(parameter)
        node = node.parameter ??= emptyNode()
      }
    }
    node.routes.set(endpoint.method, { operation, endpoint, parameters })
  }
  return root
}

/** Every operation, by name. */
export const operations: ReadonlyArray<Operation> = Struct.keys(served)

/** The route of a request: 404 where the path is unknown, 405 where it is known with other methods. */
export const find = (root: Node, method: string, path: string): Either.Either<Match, Refusal.Refusal> => {
  const segments: Array<string> = []
  for (const raw of path.split("/")) {
    const segment = decodeSegment(raw)
    if (segment === undefined) return Refusal.badRequest(`The path is not properly percent-encoded: ${path}`)
    segments.push(segment)
  }
  const found = descend(root, segments, 0)
  if (found === undefined) return Refusal.noRoute(path)
  const route = found.node.routes.get(method)
  return route === undefined
    ? Either.left(Refusal.methodNotAllowed(method, [...found.node.routes.keys()]))
    : Either.right({ route, values: found.values })
}

const emptyNode = (): Node => ({ literals: new Map(), parameter: undefined, routes: new Map() })

/** A segment of a path; `undefined` where it is not properly percent-encoded. */
export const decodeSegment = (raw: string): string | undefined => {
  try {
    return decodeURIComponent(raw)
  } catch {
    return undefined
  }
}

interface Found {
  readonly node: Node
  readonly values: ReadonlyArray<string>
}

/** Literal segments win over parameters, but a parameter is tried where the literal leads nowhere. */
const descend = (node: Node, segments: ReadonlyArray<string>, index: number): Found | undefined => {
  const segment = segments[index]
  if (segment === undefined) return node.routes.size === 0 ? undefined : { node, values: [] }
  const literal = node.literals.get(segment)
  const byLiteral = literal === undefined ? undefined : descend(literal, segments, index + 1)
  if (byLiteral !== undefined) return byLiteral
  if (node.parameter === undefined || segment === "") return undefined
  const byParameter = descend(node.parameter, segments, index + 1)
  return byParameter === undefined ? undefined : { node: byParameter.node, values: [segment, ...byParameter.values] }
}
