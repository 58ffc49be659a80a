/**
 * What an endpoint is: one declaration that gives type and behaviour. The client,
 * the stub, the emulator, the tests and the docs all read it; nobody lists the
 * endpoints again by hand.
 *
 * @since 0.1.0
 */
export {
  type CallError,
  type Description,
  type Endpoint,
  errorSchema,
  type Failure,
  type InputArguments,
  isEndpoint,
  type Method,
  make,
  type Of,
  type PathParameters,
  successSchema,
  TypeId,
  wholeBody
} from "./declaration.js"
