import { expect, it } from 'vitest';
import { hashAnswer, withoutMarks } from './gsm8k.ts';

it('calculator marks are taken out, one that was cut off too', () => {
  expect(withoutMarks('She has 3*4=<<3*4=12>>12 eggs.\nThen 12+1=<<12+1')).toBe(
    'She has 3*4=12 eggs.\nThen 12+1=',
  );
});

it('the answer behind the last hash marks is found', () => {
  expect(hashAnswer('#### 1\nNo:\n#### 1,200 \n')).toBe('1,200');
  expect(hashAnswer('A heading #### 5')).toBeNull();
  expect(hashAnswer('####')).toBeNull();
});
