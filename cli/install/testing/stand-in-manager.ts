import type { ServiceManager } from '../service-manager.ts';

/** A service manager that keeps what it was told; for tests. */
export class StandInManager implements ServiceManager {
  readonly told: string[] = [];
  refuses: Error | undefined;

  version = async () => 252;
  reload = async () => this.#note('reload');
  enable = async () => this.#note('enable');
  disable = async () => this.#note('disable');
  restart = async () => {
    this.#note('restart');
    if (this.refuses) throw this.refuses;
  };
  stop = async () => this.#note('stop');
  show = async () => new Map<string, string>();

  #note(word: string): void {
    this.told.push(word);
  }
}
