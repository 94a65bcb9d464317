import { expect, it } from 'vitest';
import { table } from './table.ts';

const columns = [{ title: 'WHEN' }, { title: 'ID' }, { title: 'DETAIL' }];
const rows = [
  [
    '2026-11-22 06:42:25 UTC',
    'CVE-2022-41040',
    '6 attacks refused, 7 ordinary requests passed, at each of 2 addresses',
  ],
];

it('a last column that has room beside the others is wrapped there', () => {
  expect(table(columns, rows, { width: 80 })).toEqual([
    'WHEN                     ID              DETAIL',
    '2026-11-22 06:42:25 UTC  CVE-2022-41040  6 attacks refused, 7 ordinary requests',
    '                                         passed, at each of 2 addresses',
  ]);
});

it('one that has none comes below, and no line is longer than the terminal', () => {
  const lines = table(columns, rows, { width: 60 });
  expect(lines).toEqual([
    'WHEN                     ID',
    '    DETAIL',
    '2026-11-22 06:42:25 UTC  CVE-2022-41040',
    '    6 attacks refused, 7 ordinary requests passed, at each',
    '    of 2 addresses',
  ]);
});
