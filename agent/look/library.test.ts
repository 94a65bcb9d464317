import { expect, it } from 'vitest';
import { documentText } from '../testing/documents.ts';
import { Library } from './library.ts';

it('a document is parsed once for as long as looks ask for it, and then forgotten', async () => {
  let parsed = 0;
  const library = new Library({
    validate: async () => {
      parsed++;
      return [];
    },
  });
  const document = Buffer.from(documentText('M1'));
  for (let look = 0; look < 3; look++) {
    expect((await library.read(document)).id).toBe('M1');
    library.turn();
  }
  expect(parsed).toBe(1);
  library.turn();
  await library.read(document);
  expect(parsed).toBe(2);
});
