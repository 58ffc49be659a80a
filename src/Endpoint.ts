/**
 * What an endpoint is, and how to declare one of your own.
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
