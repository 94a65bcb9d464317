import { locate } from './locate.ts';
import { loadXsdEngine, type XsdEngine } from './xsd-engine.ts';
import { unavailable, type XsdValidation } from './xsd-validation.ts';

let engine: Promise<XsdEngine> | undefined;

/** Validates in this process: fastest for one that ends soon. The validator's memory stays until the process ends. */
export const inlineXsd: XsdValidation = {
  validate: async (text, root) => {
    try {
      engine ??= loadXsdEngine();
      const validate = await engine;
      return validate(text).map((complaint) => locate(complaint, root));
    } catch (error) {
      engine = undefined;
      return [unavailable(error, root)];
    }
  },
};
