import { readFileSync } from 'node:fs';
import { loadXsdEngine } from './xsd-engine.ts';

// Run by xsd-in-process.ts: a JSON list of documents on standard input, a JSON list of complaints for each on standard
// output. A failure ends the process with its message on standard error.
const engine = await loadXsdEngine();
const texts: readonly string[] = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(texts.map((text) => engine(text))));
