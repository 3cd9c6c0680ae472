import type { Principal } from '@callsheet/protocol';

/** Whether somebody may do something to what belongs to the owner. The policy's `can`, seen from a job or an asset. */
export type MayTouch = (principal: Principal, action: string, owner: string) => boolean;

/** What is mine is mine alone: where no policy says more. */
export const ownerOnly: MayTouch = ({ id }, _action, owner) => id === owner;
