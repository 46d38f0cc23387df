import type { Explained } from './explanation.ts'

/** Problems of the policy, of the runs that apply it, of what they found, and of the jobs that carry them. */
export const CLASSIFICATION_PROBLEMS: Explained = {
  'classification_policy.not_found': [
    'No such version of the policy',
    'The policy of the shop has no version of this number.',
    'List the versions of the policy.'
  ],
  'classification_policy.invalid': [
    'The policy cannot be used',
    'Numbers of the policy contradict each other or lie outside what a run can compute. `errors` points at each.',
    'Correct the numbers named. A trial policy names only what differs from the present one.'
  ],
  'classification_run.not_found': ['No such run', 'No run of the shop has this id.', 'List the runs to find it.'],
  'classification_run.as_of_in_future': [
    'The run would look into the future',
    'A run that is applied looks at a time that has passed.',
    'Leave asOf out, or ask with dryRun.'
  ],
  'classification_run.as_of_before_latest': [
    'A later run has been applied',
    'Runs are applied in the order of the times they look at. `facts.latestAsOf` is the latest.',
    'Ask for the earlier time with dryRun: it reports and changes nothing.'
  ],
  'classification_run.trial_is_dry': [
    'A trial policy is not applied',
    'A run with a trial policy reports what it would change, and changes nothing.',
    'Send dryRun, or replace the policy and run with it.'
  ],
  'buying_model.not_found': ['No such fit', 'No fit of the shop has this id.', 'List the buying models to find it.'],
  'classification.not_found': [
    'There was no classification yet',
    'The time asked for lies before the first run.',
    'Ask for a later time.'
  ],
  'abc.amount_not_exact': [
    'An amount cannot be ranked exactly',
    'Amounts are whole minor units, exact up to 2^53.',
    'Report the instance to the operator: the ledger should hold no such amount.'
  ],
  'abc.total_out_of_range': [
    'The turnover is too large to be shared out exactly',
    'The turnover of all customers together goes beyond what is kept exactly.',
    'Report the instance to the operator.'
  ],
  'statistics.share_invalid': ['Not a share', 'A share lies between 0 and 1.', 'Report the instance to the operator.'],
  'statistics.successes_invalid': [
    'More successes than trials',
    'The number of successes lies between 0 and the number of trials.',
    'Report the instance to the operator.'
  ],
  'job.not_found': ['No such job', 'No job of the shop has this id.', 'List the jobs to find the right id.'],
  'job.already_finished': [
    'The job has finished',
    'A job that has succeeded, failed or been cancelled stays so. `facts.status` says which.',
    'Nothing is left to do; start another job if the work is wanted again.'
  ],
  'job.gave_up': [
    'The job was given up',
    'It was begun several times, and each time its process or its database went away.',
    'Start the job again; if it lasts, the operator should look at the logs under the id of the job.'
  ],
  'job.internal_error': [
    'Our mistake in a job',
    'Something happened in the job that should not. It is logged under the id of the job.',
    'Report the id of the job to the operator.'
  ]
}
