import type { Explained } from './explanation.ts'

/** Problems of care tasks. */
export const CARE_TASK_PROBLEMS: Explained = {
  'care_task.not_found': ['No such task', 'No care task of the shop has this id.', 'List the tasks to find it.'],
  'care_task.invalid_state': [
    'The task is not open any more',
    'It was done, cancelled, or withdrawn with the complaint from which it came. `facts.state` says which.',
    'Read the task; make another one where something is still owed.'
  ],
  'care_task.nobody_to_do_it': [
    'Nobody is there to do it',
    'A task without a named person is the relationship manager’s, and this customer has none.',
    'Name who is to do it in staffId.'
  ],
  'care_task.due_passed': [
    'The term is over already',
    'A task is owed by a time that is still to come.',
    'Name a later dueAt.'
  ],
  'care_task.overdue': [
    'The task is overdue',
    'The term of a task can be moved until it is over, and not after. `facts.dueAt` says when it was.',
    'Do the task and record it, or cancel it with the reason.'
  ],
  'care_task.due_fixed': [
    'The term is that of the answer',
    'A task that comes of a complaint is owed by when its answer was owed as the case was opened.',
    'Leave dueAt out.'
  ],
  'care_task.in_future': [
    'The time lies ahead',
    'Recorded is what was done; clocks may differ by five minutes.',
    'Correct doneAt, or leave it out for now.'
  ],
  'care_task.before_created': [
    'The task was not there yet',
    'A task is done after it was made.',
    'Correct doneAt, or leave it out for now.'
  ]
}
