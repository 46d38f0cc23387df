import type { Explained } from './explanation.ts'

/** Problems of reports. */
export const REPORT_PROBLEMS: Explained = {
  'report.window_invalid': [
    'The window of the report cannot be used',
    'It is empty, longer than ten years, or lies in the future. `toOn` is the day after the last one that counts.',
    'Correct fromOn and toOn, or months and toMonth; without them a report takes the last twelve months.'
  ],
  'report.run_not_applied': [
    'The run has changed no classes',
    'Reports compare what runs have found and applied; the one named was dry, or has not succeeded.',
    'Name a run whose appliedAt is not null, or none for the last one.'
  ],
  'report.runs_out_of_order': [
    'The runs are in the wrong order',
    'A migration goes from an earlier run to a later one.',
    'Exchange fromRunId and toRunId.'
  ],
  'report.timed_out': [
    'The report took too long',
    'It reads more than the database can work through in the time that a report may take.',
    'Ask for fewer months or for one store, or ask again when less is going on.'
  ],
  'report.chart_failed': [
    'The chart could not be drawn',
    'Drawing it took too long, or the process that draws went away.',
    'Ask again, or take the figures as JSON or CSV.'
  ],
  'baskets.counts_invalid': [
    'The counts of a pair of products contradict one another',
    'A pair is in no more baskets than either of its products.',
    'Report the instance to the operator.'
  ]
}
