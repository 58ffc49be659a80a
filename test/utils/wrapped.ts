/** The ways in which a program puts something of its own around a service. */
export const wrappers: { readonly [how: string]: <S extends object>(service: S) => S } = {
  spread: (service) => ({ ...service }),
  "Object.create": (service) => Object.create(service),
  Proxy: (service) => new Proxy(service, {})
}
