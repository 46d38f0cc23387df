/** What the listening of a world is made of. */
export interface ListeningSources {
  readonly word: string
  readonly make: (path: string, body: unknown) => Promise<string>
  readonly staff: readonly string[]
  readonly customers: readonly string[]
  readonly feedback: readonly string[]
}

type Params = Readonly<Record<string, string>>

/** Two inquiries, two sessions and two notices that hang, and what makes each of them anew. */
export async function openListening({ word, make, staff, customers, feedback }: ListeningSources) {
  const [reviewer, author] = staff
  const contacts = [{ type: 'phone', value: '+49 151 23456789' }]
  const asker = { channel: 'counter', about: `${word} asks`, name: `${word} asker`, contacts }
  const inquire = () => make('/v1/inquiries', asker)
  const plan = () =>
    make('/v1/listening-sessions', {
      kind: 'visit',
      plannedAt: '2026-11-01T12:00:00Z',
      staffIds: [reviewer],
      customerIds: [customers[0]]
    })
  const propose = () =>
    make('/v1/notices', {
      feedbackId: feedback[0],
      title: `${word} notice`,
      staffId: author,
      responsibleStaffId: reviewer
    })
  const review = async () => {
    const id = await propose()
    await make(`/v1/notices/${id}/reviews`, { verdict: 'approved', staffId: reviewer })
    return id
  }
  const publish = async () => {
    const id = await review()
    await make(`/v1/notices/${id}/publications`, undefined)
    return id
  }
  const replace = async () => {
    const id = await propose()
    await make(`/v1/notices/${id}/replacements`, { startsAt: 0, endsAt: 1, kind: 'other' })
    return id
  }
  const inquiries = [await inquire(), await inquire()]
  const sessions = [await plan(), await plan()]
  const notices = [await publish(), await publish()]
  for (const _ of [1, 2]) {
    await make(`/v1/inquiries/${inquiries[0]}/follow-ups`, { channel: 'hotline', outcome: 'reached' })
  }
  const anew = (one: () => Promise<string>) => async (): Promise<Params> => ({ id: await one() })
  return {
    ids: [...inquiries, ...sessions, ...notices],
    params: {
      '/v1/inquiries/{id}': { id: String(inquiries[0]) },
      '/v1/listening-sessions/{id}': { id: String(sessions[0]) },
      '/v1/notices/{id}': { id: String(notices[0]) }
    },
    fresh: {
      convertInquiry: anew(inquire),
      loseInquiry: anew(inquire),
      changeListeningSession: anew(plan),
      putListeningAttendance: anew(plan),
      cancelListeningSession: anew(plan),
      recordFinding: anew(plan),
      addReplacement: anew(propose),
      rejectReplacement: anew(replace),
      reviewNotice: anew(propose),
      publishNotice: anew(review),
      readNotice: anew(publish),
      withdrawNotice: anew(publish)
    }
  }
}
