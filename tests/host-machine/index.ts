export { bootTestHost, type TestHost, type TestHostOptions } from './boot.ts';
