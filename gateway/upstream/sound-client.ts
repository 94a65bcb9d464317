import { Client, type Dispatcher } from 'undici';

/**
 * A connection to the upstream in a pool. What `undici` refuses before it asks anybody (a field it takes for invalid, a mistake of its
 * own) it reports as a connection that is busy; the pool would wait for it to become free, which it does not, as nothing runs on it.
 */
export class SoundClient extends Client {
  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    return super.dispatch(options, handler) || this.stats.size === 0;
  }
}
