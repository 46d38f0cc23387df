import { connect, type Socket } from 'node:net'

export interface RawAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

/** Sends bytes as they are, which no HTTP client would, and reads until the server closes the connection. */
export async function sendRaw(baseUrl: string, ...chunks: (string | Buffer)[]): Promise<RawAnswer> {
  const socket = await openSocket(baseUrl)
  for (const chunk of chunks) socket.write(chunk)
  const received: Buffer[] = []
  socket.on('data', chunk => received.push(chunk))
  await new Promise(closed => socket.once('close', closed))
  return parseAnswer(Buffer.concat(received).toString())
}

export async function openSocket(baseUrl: string): Promise<Socket> {
  const { hostname, port } = new URL(baseUrl)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  await new Promise(connected => socket.once('connect', connected))
  return socket
}

export function parseAnswer(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n')
  const [first = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = Object.fromEntries(
    lines.map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()])
  )
  return { status: Number(first.split(' ')[1]), headers, body: text.slice(end + 4) }
}
