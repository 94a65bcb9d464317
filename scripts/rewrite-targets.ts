// Writes docs/rewrite-targets.md: what each target of the rule compilers can express.
//
//   node scripts/rewrite-targets.ts
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { targetsPage } from '../rewrite/targets/table.ts';

writeFileSync(path.join(import.meta.dirname, '../docs/rewrite-targets.md'), targetsPage());
