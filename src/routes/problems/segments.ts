import type { Explained } from './explanation.ts'

/** Problems of segments and their rules. */
export const SEGMENT_PROBLEMS: Explained = {
  'segment.not_found': ['No such segment', 'No segment of the shop has this id.', 'List the segments to find it.'],
  'segment.code_taken': [
    'The code belongs to another segment',
    'Codes of segments are unique in the shop, those at rest included.',
    'Choose another code, or change the segment that has it.'
  ],
  'segment.rule_invalid': [
    'The rule cannot be used',
    'Something in the rule is not one: `errors` points at every place and says what is wrong there.',
    'Correct the places named; a preview tells the same without keeping anything.'
  ],
  'segment.inactive': [
    'The segment is at rest',
    'A segment that is not active keeps its members and its history, and is not computed.',
    'Activate it first.'
  ],
  'segment.too_many_active': [
    'Too many active segments',
    'Every run computes all active segments. `facts.atMost` is how many there may be.',
    'Put a segment to rest that is no longer needed.'
  ],
  'segment.preview_busy': [
    'Another preview is being worked out',
    'A preview reads every customer; one is worked out at a time.',
    'Ask again after the time named in Retry-After.'
  ],
  'segment.preview_too_long': [
    'The preview took too long',
    'The rule asks for more than could be read while a caller waits.',
    'Ask again when the service is quiet, or keep the segment and refresh it: a job may take its time.'
  ]
}
