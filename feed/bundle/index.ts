export { type Bundle, bundleLimits, readBundle } from './format.ts';
export { type BundleMade, type BundleOptions, makeBundle } from './make.ts';
