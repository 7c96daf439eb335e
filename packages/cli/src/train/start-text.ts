import { basename } from 'node:path';
import { figure, type TrainerEvent, textIn } from './events.ts';
import { count, duration } from '../terminal/figures.ts';

/** What the trainer says of a run before its first step: how large, on how much, for how long. */
export function startText(event: TrainerEvent): string {
  const [parameters, trained, rows, leftOut, steps, minutes] = [
    'parameters',
    'trained',
    'rows',
    'rows_left_out',
    'steps',
    'minutes',
  ].map((key) => figure(event, key));
  const stage = textIn(event, 'stage');
  const checkpoint = textIn(event, 'resumed_from');
  const facts = [
    parameters === undefined ? '' : `${count(parameters)} parameters`,
    trained === undefined || trained === parameters ? '' : `${count(trained)} of them trained`,
    rows === undefined ? '' : `${count(rows)} rows${leftOut ? ` (${count(leftOut)} left out)` : ''}`,
    steps ? `${count(steps)} steps` : '',
    minutes ? `for ${duration(minutes * 60)}` : '',
    checkpoint ? `going on from ${basename(checkpoint)}` : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
  return stage === undefined || stage === 'main' ? facts : `${stage}: ${facts}`;
}
