import type { Service } from "../declaration.js"
import type { Services } from "./runCall.js"

/** What live clients are made of: a stub is none. */
const known = new WeakMap<Service, Services>()

export const withInternals = (client: Service, services: Services): Service => {
  known.set(client, services)
  return client
}

export const internalsOf = (client: Service): Services | undefined => known.get(client)
