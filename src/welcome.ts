/** The address under which a person on this machine reaches a service that listens on `host`. */
export function baseUrlOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}

/** What the first start says, once. Without a key, it is the one that the operator chose. */
export const welcome = (url: string, key: string | null): string => `
Clientele is ready, and your first shop is open.

  API key     ${key ?? 'the value of BOOTSTRAP_API_KEY'}${key === null ? '' : '   (shown only now: keep it)'}
  Reference   ${url}/docs

Try it:

  curl ${url}/v1/tenant -H 'Authorization: Bearer ${key ?? '<API key>'}'

`
