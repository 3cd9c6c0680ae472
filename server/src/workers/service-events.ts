import { type Registry, serviceEvent } from '@callsheet/discovery';
import type { Principal } from '@callsheet/protocol';
import { KeptTopic, type KeptTopicParts } from '../methods/kept-topic.ts';
import type { Followed, Told, Topics } from '../methods/topics.ts';

export interface ServiceEventsParts extends Pick<KeptTopicParts, 'clock' | 'log' | 'most' | 'turn'> {
  readonly registry: Pick<Registry, 'listen' | 'catalogue'>;
  /** Whoever may see all workers. */
  readonly mayFollow: (principal: Principal) => boolean;
}

/** The topic `services`: what happens to the fleet, numbered like its revision, which `services/list` shows as well. */
export class ServiceEvents implements Topics {
  readonly #topic: KeptTopic;
  readonly #stopListening: () => void;

  constructor({ registry, ...parts }: ServiceEventsParts) {
    this.#topic = new KeptTopic({
      ...parts,
      topic: 'services',
      right: 'services/list',
      advice: 'Ask services/list, then follow from after its revision',
      begin: registry.catalogue.revision,
    });
    this.#stopListening = registry.listen((change) => this.#topic.tell(serviceEvent(change), change.revision));
  }

  subscribe(principal: Principal, topic: string, after: number | undefined, listener: (event: Told) => void): Followed {
    return this.#topic.subscribe(principal, topic, after, listener);
  }

  /** Ends every subscription. */
  close(): void {
    this.#stopListening();
    this.#topic.close();
  }
}
