import type { XmlElement } from '@stopgap/xml';
import type { MitigationFinding } from './errors.ts';
import { locate } from './locate.ts';
import { loadXsdEngine, type XsdEngine } from './xsd-engine.ts';
import type { XsdValidation } from './xsd-validation.ts';

let engine: Promise<XsdEngine> | undefined;

/** Validates in this thread: fastest for a process that ends soon. The validator's memory stays until the process ends. */
export const inlineXsd: XsdValidation = {
  validate: async (text: string, root: XmlElement): Promise<readonly MitigationFinding[]> => {
    engine ??= loadXsdEngine();
    const validate = await engine;
    return validate(text).map((complaint) => locate(complaint, root));
  },
};
