import { command } from './command.ts';
import { debianPackage } from './debian-package.ts';
import { declared } from './declared.ts';
import type { Detector } from './detector.ts';
import { exchange } from './exchange.ts';
import { filePattern } from './file-pattern.ts';

/** All ways of finding a product. A new one is a file beside this one and a line here. */
export const detectors: readonly Detector[] = [declared, debianPackage, filePattern, command, exchange];
