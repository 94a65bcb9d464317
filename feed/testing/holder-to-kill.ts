/**
 * Signs a proposal over and over until it is killed: `node holder-to-kill.ts PROPOSAL KEY PASSPHRASE-FILE OUT`. Says `signing`
 * when it begins, so that a test can choose its instant.
 */
import { systemFiles } from '@stopgap/machine';
import { decryptKey, memoryFileOf, memorySigner, openProposal, passphraseFromFile, signAsHolder } from '../index.ts';

const [proposal = '', key = '', passphraseFile = '', out = ''] = process.argv.slice(2);
const passphrase = await passphraseFromFile(passphraseFile)('anna');
const pem = systemFiles.read(key)?.bytes.toString('utf8') ?? '';
const signer = memorySigner(decryptKey(pem, passphrase, key));
process.stdout.write('signing\n');
for (;;) await signAsHolder(openProposal(proposal), signer, { name: 'anna', memoryFile: memoryFileOf(key), out });
